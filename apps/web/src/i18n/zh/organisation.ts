import type { Texts } from '../en';

export const organisation: Texts['organisation'] = {
  title: '组织',
  timeZone: '时区',
  timeZoneHint: '令牌会轮换的平台，在该时区的 0:00 续期。各店铺的日期仍按店铺自己的时区计算。',
  nextRenewal: '下一次夜间令牌续期：',
};
