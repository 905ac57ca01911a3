/** What is wrong with the command or with this machine: `USAGE`, `MAP_UNUSABLE` or `PORT_TAKEN`, and the exit code. */
export class StartError extends Error {
  name = "StartError";

  constructor(code, exit, message) {
    super(`${code}: ${message}`);
    this.code = code;
    this.exit = exit;
  }
}

/** Node's error for a port that somebody has, said so that it can be mended; any other as it is. */
export function portTaken(error, option) {
  if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return error;
  return new StartError("PORT_TAKEN", 3, `port ${error.port} is not to be had; choose another one with ${option}`);
}
