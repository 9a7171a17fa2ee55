import type { Texts } from '../en';

export const sessions: Texts['sessions'] = {
  menu: '我的登录设备',
  mine: '我的登录设备',
  theirs: '{{name}} 的登录设备',
  button: '登录设备',
  intro: '每次登录在退出、连续两周未使用或到期后失效。如有不认识的登录，请将其结束并修改密码。',
  none: '当前没有登录。',
  more: '显示更多',
  current: '当前',
  unknownClient: '未知程序',
  lastUsed: '{{time}}使用',
  begun: '{{time}}登录',
  ends: '{{time}}到期',
  end: '结束',
};
