import type { Texts } from '../en';

export const health: Texts['health'] = {
  lapsed: '{{shop}} 已停止读取：授权已失效',
  unread: '{{shop}}：{{what}}已有 {{time}} 未更新',
  partly: '部分读取',
  partlyKinds: '{{what}}：部分记录无法读取，已隔离保存',
  neverRead: '{{shop}}：{{what}}从未成功读取',
  noReason: '没有失败的同步，可能是服务未运行或繁忙。请查看同步记录，或联系运维。',
  look: '查看同步',
  more: '以及另外 {{n}} 家',
  alarms: '{{n}} 条警报：',
  lapsedCount: '{{n}} 家店铺需重新授权',
  unreadCount: '{{n}} 家店铺长时间未更新',
  unfold: '展开',
  fold: '收起',
};
