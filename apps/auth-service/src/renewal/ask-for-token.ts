import {
  isMarketplaceError,
  type MarketplaceConnector,
  type MarketplaceError,
  type RenewedToken,
} from '#marketplace';
import type { Renewable } from './renewable.js';

/** What the marketplace said. */
export type Asked =
  | { readonly token: RenewedToken; readonly askedWith: 'current' | 'former' }
  | { readonly error: MarketplaceError };

/** One try. */
const TIMEOUT_MS = 20_000;

/**
 * Asks for a new token. An answer may be lost after the marketplace has replaced the pair, so the old refresh token is
 * sent once more at once, while the marketplace still takes it. A refusal is believed when the refresh token before is
 * refused as well: a late first try may have replaced the pair that the second one brought.
 * @throws what is no `MarketplaceError`
 */
export async function askForToken(connector: MarketplaceConnector, renewable: Renewable): Promise<Asked> {
  const { refreshToken, formerRefreshToken } = renewable;
  const ask = (token: string): Promise<RenewedToken> => askOnce(connector, renewable, token);
  try {
    return {
      token: await ask(refreshToken).catch(retryIfLost(() => ask(refreshToken))),
      askedWith: 'current',
    };
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    if (error.kind !== 'token' || formerRefreshToken === null) return { error };
    return ask(formerRefreshToken).then(
      (token) => ({ token, askedWith: 'former' as const }),
      (second: unknown) => {
        if (!isMarketplaceError(second)) throw second;
        return { error: second.kind === 'token' ? error : second };
      },
    );
  }
}

function askOnce(
  connector: MarketplaceConnector,
  { app }: Renewable,
  refreshToken: string,
): Promise<RenewedToken> {
  if (connector.renewToken === undefined)
    throw new Error(`${connector.marketplace} gave a refresh token and cannot renew with it`);
  return connector.renewToken({ app, refreshToken, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

function retryIfLost<T>(again: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (isMarketplaceError(error) && mayHaveBeenDone(error)) return again();
    throw error;
  };
}

/** No answer, or one that could not be read. */
function mayHaveBeenDone({ kind }: MarketplaceError): boolean {
  return kind === 'transient' || kind === 'aborted' || kind === 'unreadable';
}
