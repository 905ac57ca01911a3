# untested: no test here runs Terraform; the files are held to their format, their references and what they read

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  plan     = jsondecode(file("${var.built}/plan.json"))
  manifest = jsondecode(file("${var.built}/manifest.json"))
  parts    = jsondecode(file("${var.built}/resources.json"))
  policies = jsondecode(file(var.policies))
  home     = data.aws_region.current.region

  # Resource servers whose key the map leaves to a variable, in this region: by their name, the variable's.
  sealed = {
    for name, server in local.plan.resourceServers : name => trimsuffix(trimprefix(server.seal.key, "$${env:"), "}")
    if can(regex("^\\$\\{env:\\w+\\}$", server.seal.key)) && try(server.seal.region, local.home) == local.home
  }
  pseudonyms = try(
    try(local.plan.pseudonyms.region, local.home) == local.home
    ? trimsuffix(trimprefix(regex("^\\$\\{env:\\w+\\}$", local.plan.pseudonyms.key), "$${env:"), "}")
    : null,
    null,
  )

  # What the policies' file has for an ARN that was not known yet: key/NAME of the variable.
  arns = merge(
    { for name, variable in local.sealed : "key/${variable}" => aws_kms_key.sealed[name].arn },
    { for key in aws_kms_key.pseudonyms : "key/${local.pseudonyms}" => key.arn },
  )
  key_variables = { for place, arn in local.arns : trimprefix(place, "key/") => arn }

  # Never a client of a pool that is made in the same run: it needs the function.
  variables = merge(
    {
      CLAIMSEAL_PLAN_SHA256 = local.manifest.planSha256
      CLAIMSEAL_MODE        = var.mode
      CLAIMSEAL_POOLS       = var.served_pool
    },
    var.environment,
    local.key_variables,
  )
}

# The role is named by its name in key policies, so the name is not Terraform's to make.
resource "aws_iam_role" "issuer" {
  name = "${var.name}-${local.home}-issuer"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "map" {
  name = "what-the-map-needs"
  role = aws_iam_role.issuer.id

  policy = jsonencode({
    Version = local.policies.trigger.Version
    Statement = [
      for statement in local.policies.trigger.Statement :
      merge(statement, { Resource = [for place in flatten([statement.Resource]) : lookup(local.arns, place, place)] })
    ]
  })
}

resource "aws_iam_role_policy" "pool" {
  count = local.policies.triggerPool == null ? 0 : 1

  name = "this-pool-only"
  role = aws_iam_role.issuer.id

  # pool/later stands for the id of a pool that was not there when the file was written.
  policy = replace(jsonencode({
    Version = local.policies.triggerPool.Version
    Statement = [
      for statement in local.policies.triggerPool.Statement :
      merge(statement, { Resource = [for place in flatten([statement.Resource]) : lookup(local.arns, place, place)] })
    ]
  }), "\"pool/later\"", jsonencode(var.pool.id))
}

resource "aws_kms_key" "sealed" {
  for_each = local.sealed

  description              = "claimseal: envelopes of ${local.plan.name} for ${each.key}"
  policy                   = jsonencode(local.policies.keys[each.key])
  key_usage                = local.plan.resourceServers[each.key].seal.mode == "asymmetric" ? "KEY_AGREEMENT" : "ENCRYPT_DECRYPT"
  customer_master_key_spec = local.plan.resourceServers[each.key].seal.mode == "asymmetric" ? "ECC_NIST_P256" : "SYMMETRIC_DEFAULT"
  enable_key_rotation      = local.plan.resourceServers[each.key].seal.mode != "asymmetric"
  deletion_window_in_days  = 30

  # Loss of a key is loss of every token it sealed.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_key" "pseudonyms" {
  count = local.pseudonyms == null ? 0 : 1

  description              = "claimseal: pseudonyms of ${local.plan.name}"
  policy                   = jsonencode(local.policies.pseudonymKey)
  key_usage                = "GENERATE_VERIFY_MAC"
  customer_master_key_spec = "HMAC_256"
  deletion_window_in_days  = 30

  lifecycle {
    prevent_destroy = true
  }
}

data "archive_file" "function" {
  type        = "zip"
  output_path = "${path.root}/.terraform/${var.name}.zip"

  dynamic "source" {
    for_each = setunion(fileset(var.built, "*.mjs"), ["plan.json", "manifest.json"])

    content {
      filename = source.value
      content  = file("${var.built}/${source.value}")
    }
  }
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention
  log_group_class   = "STANDARD"
}

resource "aws_lambda_function" "pre_token" {
  function_name                  = var.name
  role                           = aws_iam_role.issuer.arn
  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = "index.handler"
  memory_size                    = 512
  timeout                        = 5
  filename                       = data.archive_file.function.output_path
  source_code_hash               = data.archive_file.function.output_base64sha256
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = true

  environment {
    variables = local.variables
  }

  # Nobody signs in before the function may read.
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.map]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.pre_token.function_name
  function_version = aws_lambda_function.pre_token.version
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  count = var.provisioned_concurrency > 0 ? 1 : 0

  function_name                     = aws_lambda_function.pre_token.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.provisioned_concurrency
}

# The module of the pool cannot make it: it knows no function's alias.
resource "aws_lambda_permission" "pool" {
  statement_id   = "PoolInvokes"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.pre_token.function_name
  qualifier      = aws_lambda_alias.live.name
  principal      = "cognito-idp.amazonaws.com"
  source_arn     = var.pool.arn
  source_account = data.aws_caller_identity.current.account_id
}
