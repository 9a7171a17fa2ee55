import type { Language } from './start';

/** Names of what the details of an act hold. */
export const AUDIT_FACTS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  after: { zh: '之后', en: 'After' },
  appKey: { zh: 'App Key', en: 'App key' },
  authorizationWasForAnotherShop: {
    zh: '授权时选择的是另一家店铺',
    en: 'Authorization was for another shop',
  },
  before: { zh: '之前', en: 'Before' },
  browser: { zh: '浏览器', en: 'Browser' },
  byOperator: { zh: '由运维执行', en: 'By the operator' },
  correlationId: { zh: '追踪编号', en: 'Correlation id' },
  credentialVersion: { zh: '凭证版本', en: 'Version of the credentials' },
  email: { zh: '邮箱', en: 'E-mail' },
  eventCode: { zh: '事件', en: 'Event' },
  everywhere: { zh: '所有设备', en: 'On all devices' },
  expiredAt: { zh: '到期时间', en: 'Expired at' },
  expiresAt: { zh: '有效期至', en: 'Expires at' },
  firstStart: { zh: '首次启动', en: 'First start' },
  from: { zh: '从', en: 'From' },
  grantedOwner: { zh: '设为所有者', en: 'Made an owner' },
  grants: { zh: '授权', en: 'Grants' },
  isActive: { zh: '启用', en: 'Active' },
  leftOut: { zh: '略过', en: 'Left out' },
  maker: { zh: '创建人', en: 'Made by' },
  marketplace: { zh: '平台', en: 'Marketplace' },
  name: { zh: '名称', en: 'Name' },
  platformCode: { zh: '平台代码', en: 'Code of the marketplace' },
  platformShopId: { zh: '平台店铺编号', en: 'Shop id at the marketplace' },
  publicId: { zh: '密钥编号', en: 'Id of the key' },
  reason: { zh: '原因', en: 'Reason' },
  region: { zh: '站点', en: 'Region' },
  replayed: { zh: '重新处理', en: 'Handed on again' },
  resealed: { zh: '重新加密', en: 'Sealed anew' },
  rights: { zh: '权限', en: 'Rights' },
  secretReplaced: { zh: '已更换密钥', en: 'Secret replaced' },
  sessionId: { zh: '会话编号', en: 'Id of the session' },
  shopIds: { zh: '店铺', en: 'Shops' },
  state: { zh: '状态', en: 'State' },
  subscribed: { zh: '已订阅', en: 'Subscribed' },
  system: { zh: '操作系统', en: 'System' },
  timeZone: { zh: '时区', en: 'Time zone' },
  to: { zh: '至', en: 'To' },
  topic: { zh: '主题', en: 'Topic' },
  unsubscribed: { zh: '已退订', en: 'Unsubscribed' },
  version: { zh: '版本', en: 'Version' },
  webhookId: { zh: '推送消息', en: 'Webhook' },
};

/** A newer server may know more facts than this page. */
export function auditFactText(name: string, language: Language): string {
  return AUDIT_FACTS[name]?.[language] ?? name;
}
