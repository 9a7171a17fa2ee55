import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { Accounts } from './accounts/accounts.js';
import { SandboxClock } from './clock.js';
import { DEFAULT_SEED, DEFAULT_SETTINGS, type SandboxSettings, SettingError } from './config.js';
import { registerSellerCenter } from './consent/routes.js';
import { CallLog } from './control/call-log.js';
import { registerControl } from './control/routes.js';
import { Storm } from './control/storm.js';
import { FaultRules } from './faults/fault-rules.js';
import { isMeantFor } from './faults/fault-targets.js';
import type { FaultKind, FaultRule } from './faults/faults.js';
import { drawRule } from './faults/storm-rules.js';
import { registerHome } from './home.js';
import { JOURNAL_VERSION, Journal } from './journal.js';
import { SUCCESS_CODE } from './protocol/gateway.js';
import { RateLimiter } from './protocol/rate-limiter.js';
import { registerGateway } from './protocol/routes.js';
import type { SandboxParts } from './sandbox-parts.js';
import { registerTikTokControl } from './tiktok/control/routes.js';
import { closeTikTok, openTikTok, registerTikTok } from './tiktok.js';
import { WebhookSender } from './webhooks/sender.js';
import { Live } from './world/live.js';
import { passTime } from './world/passing-time.js';
import { tellChange } from './world/tell-change.js';
import { World } from './world/world.js';

export interface SandboxOptions extends Partial<SandboxSettings> {
  /** Real time in milliseconds; the sandbox's own clock starts from it. */
  realNowMs?: () => number;
  /** Milliseconds that only ever grow, for rates. */
  monotonicMs?: () => number;
  /** Told of each change of orders and cases while the world lives. */
  tell?: (line: string) => void;
  /** In [0, 1), for faults with a probability. */
  random?: () => number;
}

export interface Sandbox {
  /** `http://host:port` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

function openParts(options: SandboxOptions): SandboxParts {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: SandboxSettings = { ...DEFAULT_SETTINGS, ...given };
  const clock = new SandboxClock(options.realNowMs);
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const journal = Journal.open(settings.dataDir);
  const [head, ...rest] = journal.entries;
  if (head !== undefined && head.kind !== 'world') {
    throw new SettingError('the sandbox data directory holds no world; choose another SANDBOX_DATA_DIR');
  }
  if (head !== undefined && head.version !== JOURNAL_VERSION) {
    throw new SettingError(
      'the sandbox data directory holds a world of another version of the sandbox; remove the directory to begin a new world, or choose another SANDBOX_DATA_DIR',
    );
  }
  if (head !== undefined && settings.seed !== undefined && settings.seed !== head.seed) {
    throw new SettingError(
      `the sandbox data directory holds the world of seed "${head.seed}"; give that SANDBOX_SEED, another SANDBOX_DATA_DIR, or remove the directory`,
    );
  }
  const seed = head?.seed ?? settings.seed ?? DEFAULT_SEED;
  const anchorSeconds = head?.anchorSeconds ?? clock.nowSeconds();
  if (head === undefined) journal.append({ kind: 'world', version: JOURNAL_VERSION, seed, anchorSeconds });

  const world = new World(journal, seed, anchorSeconds);
  const accounts = new Accounts(journal, clock, (length) =>
    randomBytes(length).toString('hex').slice(0, length),
  );
  accounts.seedTokens(anchorSeconds);
  const tiktok = openTikTok({ settings, clock, journal, monotonicMs, seed, anchorSeconds, ...options });
  for (const entry of rest) {
    switch (entry.kind) {
      case 'world':
        break;
      case 'shop':
        world.restoreShop(entry.shop);
        break;
      case 'order':
      case 'product':
      case 'after-sales':
      case 'cancel-request':
      case 'address-rule':
        world.restore(entry);
        break;
      case 'app':
        accounts.restoreApp(entry.app);
        break;
      case 'code':
        accounts.restoreCode(entry.code);
        break;
      case 'token':
        accounts.restoreToken(entry.token);
        break;
      case 'clock':
        clock.restore(entry.clock);
        break;
      case 'tiktok-app':
      case 'tiktok-code':
      case 'tiktok-grant':
      case 'tiktok-subscription':
        tiktok.accounts.restore(entry);
        break;
      case 'tiktok-seller':
      case 'tiktok-shop':
      case 'tiktok-order':
      case 'tiktok-product':
      case 'tiktok-return':
      case 'tiktok-cancellation':
        tiktok.world.restore(entry);
        break;
    }
  }
  const faults = new FaultRules<FaultKind, FaultRule>(isMeantFor, options.random);
  const webhooks = new WebhookSender({ accounts, clock, seed, settings: settings.webhooks });
  const live = new Live(world, clock);
  world.onChange((change) => {
    webhooks.announce(change);
    if (live.state.running) options.tell?.(tellChange(change));
  });
  return {
    settings,
    tiktok,
    webhooks,
    live,
    clock,
    journal,
    world,
    accounts,
    limiter: new RateLimiter(settings.ratePerSecond, monotonicMs),
    monotonicMs,
    faults,
    storm: new Storm(faults, drawRule, ['huge_order']),
    calls: new CallLog(SUCCESS_CODE),
  };
}

function buildServer(parts: SandboxParts): FastifyInstance {
  const server = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // Any content type, or none, is read as it comes; the protocol has only one kind of body.
  server.addHook('onRequest', async (request) => {
    passTime(parts.world, parts.clock.nowSeconds());
    request.raw.headers['content-type'] = 'application/octet-stream';
  });
  server.addHook('onSend', async (_request, reply) => {
    reply.header('date', new Date(parts.clock.nowMs()).toUTCString());
  });
  registerGateway(server, parts);
  registerSellerCenter(server, parts);
  registerTikTok(server, parts.tiktok);
  registerHome(server, parts);
  registerControl(server, parts, (control) => registerTikTokControl(control, parts.tiktok));
  return server;
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Starts a sandbox of its own; several may run in one process. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parts = openParts(options);
  const server = buildServer(parts);
  try {
    await server.listen({ host: parts.settings.host, port: parts.settings.port });
  } catch (error) {
    parts.journal.close();
    throw error;
  }
  // Whoever only waits for pushes asks nothing.
  const time = setInterval(() => passTime(parts.world, parts.clock.nowSeconds()), 1000).unref();
  if (parts.settings.live) {
    parts.live.start(parts.settings.livePace);
    parts.tiktok.live.start(parts.settings.livePace);
  }
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : parts.settings.port;
  return {
    url: urlOf(parts.settings.host, port),
    port,
    close: async () => {
      clearInterval(time);
      parts.live.stop();
      parts.storm.stop();
      parts.webhooks.queue.close();
      closeTikTok(parts.tiktok);
      await server.close();
      parts.journal.close();
    },
  };
}
