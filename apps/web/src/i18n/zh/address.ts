import type { Texts } from '../en';

export const address: Texts['address'] = {
  title: '收货地址',
  states: {
    not_needed: '未读取：订单在进入本系统之前已发货。',
    pending: '尚未读取，正在排队。',
    computing: '平台尚未准备好，会再次查询。',
    known: '已知',
    blocked: '令牌没有地址权限。请在卖家中心授予后重新授权。',
    erased: '已清除：地址只保留有限的时间。',
  },
  reveal: '查看完整地址',
  revealTitle: '查看买家的完整地址？',
  revealText: '您的查看会记入审计日志。',
  recorded: '查看会记入审计日志',
  whoMay: '该店铺的所有者、经理和运营可以查看。',
  hide: '隐藏',
  readAt: '{{time}}读取',
  asGiven: '以平台返回为准，平台可能已遮挡部分内容。',
  recipient: '收件人',
  phone: '电话',
  email: '邮箱',
  lines: '街道地址',
  place: '城市地区',
  postCode: '邮编',
  taxCode: '税号',
};
