import { REGIONS } from '../regions.js';
import { SUBSCRIPTION_UPDATE } from '../schemas/webhooks.js';
import { BusinessFault } from './business-fault.js';
import { defineCall } from './call.js';

/** When each token last changed its subscription (monotonic, so that a frozen clock blocks nothing): one call a second. */
const lastCallMs = new WeakMap<object, Map<string, number>>();

const subscriptionUpdate = defineCall({
  schema: SUBSCRIPTION_UPDATE,
  regions: REGIONS.filter((region) => region !== 'cn'),
  handle: (input, { accounts, app, monotonicMs, token }) => {
    const permit = input.permitEventCodeList ?? [];
    const cancel = input.cancelEventCodeList ?? [];
    const both = permit.find((eventCode) => cancel.includes(eventCode));
    if (both !== undefined) throw new BusinessFault(110020006, `event ${both} is in both lists`);
    for (const eventCode of [...permit, ...cancel]) {
      if (!app.eventCodes.includes(eventCode)) {
        throw new BusinessFault(110020009, `the app is not subscribed to event ${eventCode.slice(0, 80)}`);
      }
      if (!token.grantedEventCodes.includes(eventCode)) {
        throw new BusinessFault(110020008, `the token does not grant event ${eventCode}; authorize again`);
      }
    }
    const calls = lastCallMs.get(accounts) ?? new Map<string, number>();
    lastCallMs.set(accounts, calls);
    const last = calls.get(token.accessToken);
    const nowMs = monotonicMs();
    if (last !== undefined && nowMs - last < 1000) {
      throw new BusinessFault(110020007, 'more than one call per second');
    }
    calls.set(token.accessToken, nowMs);
    const kept = token.permittedEventCodes.filter((eventCode) => !cancel.includes(eventCode));
    accounts.saveToken({ ...token, permittedEventCodes: [...new Set([...kept, ...permit])] });
    return true;
  },
});

export const WEBHOOK_CALLS = [subscriptionUpdate];
