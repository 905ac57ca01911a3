# untested: no test here runs Terraform; the files are held to their format, their references and what they read

variable "name" {
  description = "of the function, and the beginning of every other name: claimseal-MAP-STAGE"
  type        = string
}

variable "built" {
  description = "the folder that claimseal build wrote"
  type        = string
  default     = ".claimseal"
}

variable "policies" {
  description = "the file that claimseal iam --emit json wrote for this function, role and pool"
  type        = string
}

# Nothing the function waits for may ask for it: the pool of the same run waits for the function.
variable "pool" {
  description = "the pool that calls the function"
  type = object({
    id  = string
    arn = string
  })
}

variable "served_pool" {
  description = "the id of the pool once more, as text, where the pool is not made in the same run"
  type        = string
  default     = ""
}

variable "environment" {
  description = "values for the map's variables, but for the keys that are made here"
  type        = map(string)
  default     = {}
}

variable "mode" {
  description = "enforce, shadow or minimal"
  type        = string
  default     = "enforce"

  validation {
    condition     = contains(["enforce", "shadow", "minimal"], var.mode)
    error_message = "The mode is enforce, shadow or minimal."
  }
}

variable "reserved_concurrency" {
  description = "how many run at most, and are kept free for it; -1 is as many as the account has left"
  type        = number
  default     = -1
}

variable "provisioned_concurrency" {
  description = "how many are kept started; 0 is none"
  type        = number
  default     = 0
}

variable "log_retention" {
  description = "days"
  type        = number
  default     = 30
}

variable "federation_function" {
  description = "for a map with a federation: the name of its function for identity providers, which an alarm watches"
  type        = string
  default     = "none"
}

variable "alarms" {
  description = "whether there are alarms, a topic and a dashboard"
  type        = bool
  default     = true
}
