import type { ServiceName } from '../api/types';
import type { Language } from './start';

/** What the services are called where they act by themselves, or do not answer. */
const SERVICE_NAMES: Readonly<Record<ServiceName, Readonly<Record<Language, string>>>> = {
  gateway: { zh: '网关', en: 'the gateway' },
  auth: { zh: '账号服务', en: 'the account service' },
  order: { zh: '订单服务', en: 'the order service' },
  product: { zh: '商品服务', en: 'the product service' },
  analytics: { zh: '统计服务', en: 'the analytics service' },
};

/** A newer server may have services that this page does not know. */
export function serviceText(name: string, language: Language): string {
  const names: Readonly<Record<string, Readonly<Record<Language, string>>>> = SERVICE_NAMES;
  return names[name]?.[language] ?? name;
}
