import { capacityCommand } from "./command.ts";

process.exitCode = await capacityCommand(process.argv.slice(2), console.log);
