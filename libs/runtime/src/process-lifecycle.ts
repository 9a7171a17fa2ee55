import { ConfigError } from './config.js';
import { describeError } from './errors.js';
import type { Logger } from './logger.js';

/**
 * Runs a service's `start` and ties its life to its parent's: it ends on SIGINT, SIGTERM, and when the process that
 * started it is gone (IPC channel closed), so that a killed launcher leaves nothing behind.
 * `start` returns how to stop. A start that fails prints one sentence and exits with 1.
 */
export async function runProcess(
  logger: Logger,
  start: () => Promise<{ stop: () => Promise<void>; ready?: Record<string, unknown> }>,
): Promise<void> {
  let stop: (() => Promise<void>) | undefined;
  let isStopping = false;
  const end = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    const deadline = setTimeout(() => process.exit(1), 8_000);
    deadline.unref();
    try {
      await stop?.();
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      process.exit(1);
    }
  };
  process.on('SIGINT', () => void end());
  process.on('SIGTERM', () => void end());
  process.on('disconnect', () => void end());
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
  try {
    const started = await start();
    stop = started.stop;
    process.send?.({ type: 'ready', ...started.ready });
    logger.info('ready');
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    if (!(error instanceof ConfigError)) logger.error({ err: error }, 'start failed');
    process.exit(1);
  }
}
