import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens claimseal's envelopes as docs/reference/envelope.md describes them, with nothing but the JDK:
 *
 * <pre>java Open.java ../../../vectors/v1/*.json</pre>
 *
 * A service has verified its token before, and asks KMS where this file looks into a vector file.
 */
final class Open {
  static final String MALFORMED = "SEALED_MALFORMED", INTEGRITY = "SEALED_INTEGRITY", BINDING = "SEALED_BINDING";

  /** Its message is the code. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String code) {
      super(code, null, false, false);
    }
  }

  static void need(boolean holds, String code) {
    if (!holds) throw new Refused(code);
  }

  /** KMS Decrypt, under the reader's own key and context. */
  interface KmsDecrypt {
    byte[] of(byte[] blob);
  }

  /** ECDH with the reader's private key: KMS DeriveSharedSecret with the SPKI of {@code epk}, or a key of its own. */
  interface Agree {
    byte[] with(PublicKey epk) throws GeneralSecurityException;
  }

  // --- The form ------------------------------------------------------------------------------------------------------

  static final Map<String, Pattern> HEADERS = Map.of(
      "envelope", Pattern.compile("\\{\"alg\":\"A256KW\",\"enc\":\"A256GCM\"}"),
      "asymmetric", Pattern.compile("\\{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"([A-Za-z0-9_-]{8})\","
          + "\"epk\":\\{\"kty\":\"EC\",\"crv\":\"P-256\","
          + "\"x\":\"([A-Za-z0-9_-]{43})\",\"y\":\"([A-Za-z0-9_-]{43})\"}}"));

  static byte[] raw(String base64url) {
    return Base64.getUrlDecoder().decode(base64url);
  }

  /** The bytes of a part in canonical base64url. */
  static byte[] part(String text, int least, int most) {
    byte[] bytes;
    try {
      bytes = raw(text);
    } catch (IllegalArgumentException notBase64) {
      throw new Refused(MALFORMED);
    }
    need(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text), MALFORMED);
    need(bytes.length >= least && bytes.length <= most, MALFORMED);
    return bytes;
  }

  static byte[] decrypt(String mode, String value, KmsDecrypt kms, Map<String, Agree> agreements) {
    var parts = value.split("~", -1);
    need(parts[0].equals("1") && parts.length == (mode.equals("envelope") ? 3 : 2), MALFORMED);
    if (mode.equals("direct")) return kms.of(part(parts[1], 75, 4608));
    var jwe = parts[parts.length - 1].split("\\.", -1);
    need(jwe.length == 5, MALFORMED);
    var header = HEADERS.get(mode).matcher(new String(part(jwe[0], 32, 183), StandardCharsets.ISO_8859_1));
    need(header.matches() && (mode.equals("envelope") || jwe[1].isEmpty()), MALFORMED);
    byte[] iv = part(jwe[2], 12, 12), ciphertext = part(jwe[3], 1, 4096), tag = part(jwe[4], 16, 16);
    byte[] blob = mode.equals("envelope") ? part(parts[1], 75, 450) : null;
    byte[] encryptedKey = mode.equals("envelope") ? part(jwe[1], 40, 40) : null;
    try {
      byte[] contentKey;
      if (mode.equals("envelope")) {
        var unwrap = Cipher.getInstance("AESWrap");
        unwrap.init(Cipher.UNWRAP_MODE, new SecretKeySpec(kms.of(blob), "AES"));
        contentKey = unwrap.unwrap(encryptedKey, "AES", Cipher.SECRET_KEY).getEncoded();
      } else {
        var epk = publicKey(part(header.group(2), 32, 32), part(header.group(3), 32, 32));
        var agree = agreements.get(header.group(1));
        need(agree != null, INTEGRITY);
        contentKey = concatKdf(agree.with(epk));
      }
      var gcm = Cipher.getInstance("AES/GCM/NoPadding");
      gcm.init(Cipher.DECRYPT_MODE, new SecretKeySpec(contentKey, "AES"), new GCMParameterSpec(128, iv));
      gcm.updateAAD(jwe[0].getBytes(StandardCharsets.US_ASCII));
      return gcm.doFinal(ByteBuffer.allocate(ciphertext.length + 16).put(ciphertext).put(tag).array());
    } catch (GeneralSecurityException doesNotDecrypt) {
      throw new Refused(INTEGRITY);
    }
  }

  // --- Agreement on P-256 (RFC 7518 section 4.6) ---------------------------------------------------------------------

  static ECParameterSpec p256() throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  /** The public key at a point, once it is known to be on the curve. */
  static PublicKey publicKey(byte[] xBytes, byte[] yBytes) throws GeneralSecurityException {
    BigInteger x = new BigInteger(1, xBytes), y = new BigInteger(1, yBytes);
    var curve = p256().getCurve();
    var p = ((java.security.spec.ECFieldFp) curve.getField()).getP();
    var right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
    need(x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.pow(2).mod(p).equals(right), MALFORMED);
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(x, y), p256()));
  }

  /** One round: 1, the secret, then enc, no apu and no apv behind their lengths, and 256 bits. */
  static byte[] concatKdf(byte[] secret) throws GeneralSecurityException {
    var input = ByteBuffer.allocate(4 + 32 + 4 + 7 + 4 + 4 + 4).putInt(1).put(secret);
    input.putInt(7).put("A256GCM".getBytes(StandardCharsets.US_ASCII)).putInt(0).putInt(0).putInt(256);
    return MessageDigest.getInstance("SHA-256").digest(input.array());
  }

  // --- What is inside ------------------------------------------------------------------------------------------------

  static final Set<String> RESERVED = Set.of("sub", "iat", "exp", "nbf", "iss", "aud", "jti", "pool", "client_id");

  /** @param token sub, iat and clientId of the verified token; place: the reader's own audience and pool. */
  static Map<String, Object> claimsOf(
      String mode,
      byte[] plaintext,
      Map<String, Object> token,
      Map<String, Object> place,
      boolean bindClient,
      Map<String, Object> window) {
    var inside = object(Json.parse(plaintext, 33));
    var sub = mode.equals("direct") && !inside.containsKey("sub") ? token.get("sub") : inside.remove("sub");
    need(token.get("sub").equals(sub), BINDING);
    if (!(inside.remove("iat") instanceof BigDecimal iat)) throw new Refused(BINDING);
    need(iat.scale() == 0 && iat.precision() <= 15, BINDING);
    long age = number(token.get("iat")) - iat.longValueExact();
    need(age >= number(window.get("min")) && age <= number(window.get("max")), BINDING);
    if (mode.equals("asymmetric")) {
      need(place.get("audience").equals(inside.remove("aud")), BINDING);
      need(place.get("poolId").equals(inside.remove("pool")), BINDING);
    }
    if (token.containsKey("clientId") && (inside.containsKey("client_id") || bindClient)) {
      need(token.get("clientId").equals(inside.remove("client_id")), BINDING);
    }
    need(inside.keySet().stream().noneMatch(RESERVED::contains), MALFORMED);
    return inside;
  }

  /** JSON without duplicate members, and of so many levels at most. */
  static final class Json {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private final String text;
    private final int levels;
    private int at;

    private Json(String text, int levels) {
      this.text = text;
      this.levels = levels;
    }

    static Object parse(byte[] utf8, int levels) {
      try {
        var json = new Json(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString(), levels);
        var value = json.value(0);
        json.space();
        need(json.at == json.text.length(), MALFORMED);
        return value;
      } catch (CharacterCodingException | StringIndexOutOfBoundsException | IllegalArgumentException notJson) {
        throw new Refused(MALFORMED);
      }
    }

    private Object value(int level) {
      space();
      char first = text.charAt(at);
      if (first == '"') return string();
      if (first == '{' || first == '[') need(level < levels, MALFORMED);
      if (first == '{') return members(level + 1);
      if (first == '[') return items(level + 1);
      for (var word : new String[] {"true", "false", "null"}) {
        if (take(word)) return word.equals("null") ? null : (Object) word.equals("true");
      }
      var number = NUMBER.matcher(text).region(at, text.length());
      need(number.lookingAt(), MALFORMED);
      at = number.end();
      return new BigDecimal(number.group());
    }

    private Map<String, Object> members(int level) {
      var members = new LinkedHashMap<String, Object>();
      at++;
      space();
      if (take("}")) return members;
      do {
        space();
        var name = string();
        space();
        need(take(":") && !members.containsKey(name), MALFORMED);
        members.put(name, value(level));
        space();
      } while (take(","));
      need(take("}"), MALFORMED);
      return members;
    }

    private List<Object> items(int level) {
      var items = new ArrayList<Object>();
      at++;
      space();
      if (take("]")) return items;
      do {
        items.add(value(level));
        space();
      } while (take(","));
      need(take("]"), MALFORMED);
      return items;
    }

    private String string() {
      need(take("\""), MALFORMED);
      var read = new StringBuilder();
      for (char next = text.charAt(at++); next != '"'; next = text.charAt(at++)) {
        need(next >= ' ', MALFORMED);
        read.append(next == '\\' ? escaped() : next);
      }
      return read.toString();
    }

    private char escaped() {
      char kind = text.charAt(at++);
      int known = "\"\\/bfnrt".indexOf(kind);
      if (known >= 0) return "\"\\/\b\f\n\r\t".charAt(known);
      need(kind == 'u' && text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}"), MALFORMED);
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private boolean take(String expected) {
      boolean there = text.startsWith(expected, at);
      if (there) at += expected.length();
      return there;
    }

    private void space() {
      while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object value) {
    need(value instanceof Map, MALFORMED);
    return (Map<String, Object>) value;
  }

  static final Map<String, Object> WINDOW = Map.of("min", BigDecimal.valueOf(-60), "max", BigDecimal.valueOf(600));

  // --- The vectors ---------------------------------------------------------------------------------------------------

  static List<Map<String, Object>> list(Map<String, Object> of, String name) {
    return ((List<?>) of.getOrDefault(name, List.of())).stream().map(Open::object).toList();
  }

  static long number(Object value) {
    return ((BigDecimal) value).longValueExact();
  }

  /** Stands for KMS: a blob opens under the context it was made under, and under no other. */
  static KmsDecrypt kms(Map<String, Object> file, Map<String, Object> context) {
    boolean keys = file.containsKey("dataKeys");
    return blob -> {
      for (var known : list(file, keys ? "dataKeys" : "ciphertexts")) {
        var sameBlob = Arrays.equals(raw((String) known.get(keys ? "wrapped" : "blob")), blob);
        var opened = (String) known.get(keys ? "key" : "plaintext");
        if (sameBlob && known.get("context").equals(context)) return raw(opened);
      }
      throw new Refused(INTEGRITY);
    };
  }

  static Agree agreement(Map<String, Object> jwk) {
    return epk -> {
      var key = new ECPrivateKeySpec(new BigInteger(1, raw((String) jwk.get("d"))), p256());
      var agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(KeyFactory.getInstance("EC").generatePrivate(key));
      agreement.doPhase(epk, true);
      return agreement.generateSecret();
    };
  }

  static Map<String, Object> open(Map<String, Object> file, Map<String, Object> vector) {
    var mode = (String) file.get("mode");
    var token = object(vector.get("token"));
    var context = new HashMap<String, Object>();
    if (vector.containsKey("context")) context.putAll(object(vector.get("context")));
    if (vector.containsKey("dataKey")) {
      context.putAll(object(list(file, "dataKeys").get((int) number(vector.get("dataKey"))).get("context")));
    }
    if (mode.equals("direct")) context.put("claimseal:sub", token.get("sub"));
    var agreements = new HashMap<String, Agree>();
    for (var index : (List<?>) vector.getOrDefault("keys", List.of())) {
      var key = list(file, "keys").get((int) number(index));
      agreements.put((String) key.get("kid"), agreement(object(key.get("jwk"))));
    }
    var window = object(vector.getOrDefault("iatWindow", WINDOW));
    var place = object(vector.getOrDefault("place", Map.of()));
    var plaintext = decrypt(mode, (String) vector.get("value"), kms(file, context), agreements);
    var bindClient = Boolean.TRUE.equals(vector.get("bindClient"));
    return claimsOf(mode, plaintext, token, place, bindClient, window);
  }

  static Object outcome(Map<String, Object> file, Map<String, Object> vector) {
    try {
      return open(file, vector);
    } catch (Refused refusal) {
      return refusal.getMessage();
    }
  }

  public static void main(String[] names) throws Exception {
    int opened = 0, refused = 0, wrong = 0;
    for (var name : names) {
      var file = object(Json.parse(Files.readAllBytes(Path.of(name)), 100));
      for (var vector : list(file, "vectors")) {
        var outcome = outcome(file, vector);
        if (outcome instanceof Map && outcome.equals(vector.get("claims"))) opened++;
        else if (outcome.equals(vector.get("code"))) refused++;
        else {
          wrong++;
          var said = outcome instanceof String ? outcome : "opened";
          System.out.println(name + ": " + vector.get("name") + ": " + said);
        }
      }
    }
    System.out.println(opened + " opened, " + refused + " refused, " + wrong + " wrong");
    System.exit(wrong > 0 ? 1 : 0);
  }
}
