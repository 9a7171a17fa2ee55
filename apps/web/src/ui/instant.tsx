import { Tooltip } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Precision } from './format';
import { BROWSER_ZONE } from './local-days';
import { useFormat } from './use-format';

interface InstantProps {
  at: string;
  /** Of the shop that the instant belongs to; of the reader where it belongs to none. */
  zone: string | undefined;
  precision?: Precision;
}

/**
 * The one clock of all pages: an instant of a shop stands in the shop's zone, any other in the reader's, and the zone is
 * always written. The reader's own time is said on hover.
 */
export function Instant({ at, zone = BROWSER_ZONE, precision = 'minute' }: InstantProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = format.instant(at, zone, precision);
  const own = format.instant(at, BROWSER_ZONE, precision === 'day' ? 'minute' : precision);
  return (
    <Tooltip title={`${zone} · ${t('time:yours', { time: `${own.text} ${own.offset}` })}`}>
      <time dateTime={at} className="nowrap">
        {shown.text} <span className="zone">{shown.offset}</span>
      </time>
    </Tooltip>
  );
}

/** The same as text, for the middle of a sentence. */
export function useInstantText(): (at: string, zone: string | undefined, precision?: Precision) => string {
  const format = useFormat();
  return useCallback(
    (at, zone = BROWSER_ZONE, precision = 'minute') => {
      const { text, offset } = format.instant(at, zone, precision);
      // Nowhere is it broken: neither at its spaces nor behind a hyphen.
      return `${text} ${offset}`.replaceAll(' ', '\u00a0').replaceAll('-', '-\u2060');
    },
    [format],
  );
}
