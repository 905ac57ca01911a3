# untested: no test here runs Terraform; the files are held to their format, their references and what they read

output "pre_token_generation_config" {
  description = "for lambda_config of aws_cognito_user_pool, or of a module for pools"
  value = {
    lambda_arn     = aws_lambda_alias.live.arn
    lambda_version = local.parts.lambdaVersion
  }
}

output "role_name" {
  description = "of the trigger, which keys in other regions name"
  value       = aws_iam_role.issuer.name
}

output "key_arns" {
  description = "by the map's variable: what services configure their openers with"
  value       = local.key_variables
}

output "alarm_topic_arn" {
  description = "to subscribe to; null without alarms"
  value       = one(aws_cloudformation_stack.alarms[*].outputs.AlarmTopicArn)
}
