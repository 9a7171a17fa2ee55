import { readSettings, SettingError } from './config.js';
import { JournalError } from './journal.js';
import { startSandbox } from './sandbox.js';

function explain(error: unknown, port: number | undefined): string {
  if (error instanceof SettingError || error instanceof JournalError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use; stop what uses it or set SANDBOX_PORT to a free one`;
    case 'EACCES':
    case 'EROFS':
      return `no permission: ${String(error instanceof Error ? error.message : error)}`;
    case 'ENOSPC':
      return 'the disk is full; free some space and start again';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'SANDBOX_HOST is not an address of this machine';
    default:
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

async function main(): Promise<void> {
  let port: number | undefined;
  try {
    const settings = readSettings(process.env);
    port = settings.port;
    const sandbox = await startSandbox({ ...settings, tell: (line) => console.log(line) });
    console.log(`sandbox: Temu Open Platform and TikTok Shop (simulated) at ${sandbox.url}`);
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) return;
      isStopping = true;
      sandbox.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    if (process.send !== undefined) {
      process.on('disconnect', stop);
      process.send({ type: 'ready', port: sandbox.port });
    }
  } catch (error) {
    console.error(`sandbox: ${explain(error, port)}`);
    process.exit(1);
  }
}

await main();
