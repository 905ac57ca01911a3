/** An error under one of the names that Lambda's own Node runtime reports, which are what people search for. */
export function runtimeError(name: `Runtime.${string}`, message: string): Error {
  return Object.assign(new Error(message), { name });
}
