import type { Texts } from '../en';

export const time: Texts['time'] = {
  yours: '你的时间：{{time}}',
  left: '剩 {{time}}',
  overdue: '超期 {{time}}',
  rule: '时间按店铺所在时区显示，并注明时区；不属于店铺的时间按你的时区（{{zone}}）。悬停可看你的时间。筛选中的日期按各店铺自己的时区计日。',
  daysOfEachShop: '按各店铺自己的时区计日',
};
