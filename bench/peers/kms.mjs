// A KMS client for readers, which are told where KMS is.
import { KMSClient } from "@aws-sdk/client-kms";

export function kmsOf({ region, kmsUrl }) {
  return new KMSClient({ region, endpoint: kmsUrl });
}
