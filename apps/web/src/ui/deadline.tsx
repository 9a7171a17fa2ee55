import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format';

const URGENT_MS = 24 * 3_600_000;

interface DeadlineProps {
  at: string;
  /** The moment itself, in the zone of its shop. */
  children: ReactNode;
}

/** What is left comes first; late and nearly late stand out. */
export function Deadline({ at, children }: DeadlineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const leftMs = Date.parse(at) - Date.now();
  const time = format.duration(Math.abs(leftMs) / 1000);
  const state = leftMs < 0 ? 'late' : leftMs < URGENT_MS ? 'urgent' : 'ahead';
  return (
    <span className="deadline" data-state={state}>
      <Tag color={{ late: 'error', urgent: 'warning', ahead: 'default' }[state]}>
        {t(state === 'late' ? 'time:overdue' : 'time:left', { time })}
      </Tag>
      <span className="soft small">{children}</span>
    </span>
  );
}
