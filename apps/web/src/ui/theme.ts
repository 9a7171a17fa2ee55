import type { ThemeConfig } from 'antd';

/** Colours that charts need too, since they do not read style sheets. */
export const COLORS = {
  primary: '#3451d1',
  accent: '#e8590c',
  /** Of what is not complete yet. */
  partial: '#c9a58f',
  ink: '#182033',
  soft: '#5b6579',
  /** The lightest that is still read on white. */
  faint: '#667085',
  line: '#e6e9f0',
} as const;

export const theme: ThemeConfig = {
  token: {
    // The default is too light on white for small text: 4.5 is asked for.
    colorError: '#cf1322',
    colorPrimary: COLORS.primary,
    colorInfo: COLORS.primary,
    colorTextBase: COLORS.ink,
    colorBorderSecondary: COLORS.line,
    colorTextPlaceholder: COLORS.faint,
    colorTextDescription: COLORS.soft,
    borderRadius: 8,
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  },
  components: {
    Layout: {
      headerBg: '#fff',
      siderBg: '#fff',
      bodyBg: '#f5f6fa',
      headerHeight: 56,
      headerPadding: '0 16px',
    },
    Menu: { itemBorderRadius: 8, activeBarBorderWidth: 0 },
    Table: { headerBg: '#f8f9fc', headerColor: COLORS.soft, cellPaddingBlock: 11 },
    Card: { bodyPadding: 18 },
    // Words on tinted ground: at least 4.5 to 1, which the library's own are not.
    Tag: {
      colorSuccess: '#237804',
      colorWarning: '#874d00',
      colorError: '#b42318',
      green7: '#237804',
      gold7: '#874d00',
      orange7: '#9c4400',
      volcano7: '#ad2102',
      cyan7: '#006d75',
      blue7: '#0958d9',
    },
  },
};
