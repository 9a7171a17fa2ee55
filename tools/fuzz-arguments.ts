/** What `npm run fuzz` is told. */
import { readArguments } from './arguments.js';

const USAGE = 'npm run fuzz -- [--seconds N] [--seed S] [--requests N] [--out FILE] [--url URL]';

export interface FuzzArguments {
  readonly seed: number;
  readonly seconds: number;
  readonly requests?: number;
  /** The report is appended to it. */
  readonly out: string | undefined;
  /** Of a running installation; one of its own is started without. */
  readonly url: string | undefined;
}

/** @throws Error whose text is for the person who typed */
export function readFuzzArguments(args: readonly string[]): FuzzArguments {
  const { seconds, seed, requests, out, url } = readArguments(
    args,
    {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      requests: { type: 'string' },
      out: { type: 'string' },
      url: { type: 'string' },
    },
    USAGE,
  );
  const whole = (name: string, text: string): number => {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: give a whole number.`);
    return Number(text);
  };
  if (url !== undefined && !URL.canParse(url))
    throw new Error(`--url ${url}: give an address such as http://127.0.0.1:8080.`);
  return {
    seed: whole('seed', seed),
    seconds: whole('seconds', seconds),
    ...(requests === undefined ? {} : { requests: whole('requests', requests) }),
    out,
    url: url?.replace(/\/$/, ''),
  };
}
