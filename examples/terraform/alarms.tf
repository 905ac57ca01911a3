# untested: no test here runs Terraform; the files are held to their format, their references and what they read

# The alarms of claimseal build are resources of CloudFormation, and stay such: a stack of nothing else, which is told what
# they watch by parameters of the names that they refer to.
locals {
  watched = {
    PreTokenLambdaFunction          = aws_lambda_function.pre_token.function_name
    PreTokenLogGroup                = aws_cloudwatch_log_group.function.name
    InboundFederationLambdaFunction = var.federation_function
    UserPool                        = var.pool.id
  }
  watched_keys = merge(
    {
      for name, key in aws_kms_key.sealed :
      "${join("", [for part in split("-", replace(name, "/[^A-Za-z0-9]+/", "-")) : title(part)])}Key" => key.arn
    },
    { for key in aws_kms_key.pseudonyms : "PseudonymRoot" => key.arn },
  )
  watching = merge(local.watched, local.watched_keys)

  # A parameter has no attribute, so the ARN of a key is asked for by Ref.
  alarms = jsondecode(replace(
    jsonencode(local.parts.alarms.all.anybody),
    "/\\{\"Fn::GetAtt\":\\[\"(\\w+Key|PseudonymRoot)\",\"Arn\"\\]\\}/",
    "{\"Ref\":\"$1\"}",
  ))
}

resource "aws_cloudformation_stack" "alarms" {
  count = var.alarms ? 1 : 0

  name       = "${var.name}-alarms"
  parameters = local.watching

  template_body = jsonencode({
    Parameters = { for name, value in local.watching : name => { Type = "String" } }
    Resources  = local.alarms.Resources
    Outputs    = local.alarms.Outputs
  })
}
