import { CallerSigner, connectNats, RpcClient } from '#messaging';
import { ConfigError, createLogger, loadConfig, runProcess } from '#runtime';
import { Broadcasts } from './bus/broadcasts.js';
import { GatewayConfig } from './config.js';
import { createGateway } from './create-gateway.js';

const logger = createLogger('gateway');

await runProcess(logger, async () => {
  const config = loadConfig(GatewayConfig);
  const signer = new CallerSigner('gateway', config.callerKey);
  const connection = await connectNats(config.natsUrl, 'gateway');
  const app = await createGateway({
    config,
    connection,
    logger,
    rpc: new RpcClient(connection, signer),
    broadcasts: new Broadcasts(connection, logger),
  });
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    throw new ConfigError(
      `The gateway cannot listen on ${config.host}:${config.port} (${String(error)}). ` +
        'Set GATEWAY_PORT to a free port, or end what uses this one.',
    );
  }
  const url = await app.getUrl();
  logger.info({ url }, 'listening');
  return {
    ready: { url },
    stop: async () => {
      await app.close();
      await connection.drain();
    },
  };
});
