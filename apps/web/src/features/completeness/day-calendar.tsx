import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, type To } from 'react-router';
import type { CompletenessDay, CompletenessOf, Shop } from '../../api/types';
import { addDays } from '../../ui/format';
import { monthOf, todayIn } from '../../ui/local-days';
import { ProblemPanel } from '../../ui/problem-panel';
import { useFormat } from '../../ui/use-format';
import { COMPLETENESS_KEY, listDays } from './completeness-queries';
import { COMPLETENESS_STATES } from './state-tag';
import './day-calendar.css';

const LONGEST_MONTH = 31;
/** A Monday, for the names of the weekdays. */
const SOME_MONDAY = '2026-11-16';

interface DayCalendarProps {
  of: CompletenessOf;
  shop: Shop;
  /** Any day of the month that is shown. */
  month: string;
  onMonth: (day: string) => void;
  linkTo: (day: string) => To;
}

/** A month of the ledger: green is proven, red is missing, grey nobody has counted. */
export function DayCalendar({ of, shop, month, onMonth, linkTo }: DayCalendarProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { first, last } = monthOf(month);
  const days = useQuery({
    queryKey: [COMPLETENESS_KEY, 'month', of, shop.id, first],
    queryFn: () => listDays({ of, shopId: shop.id, from: first, to: last }, { limit: LONGEST_MONTH }),
    placeholderData: keepPreviousData,
  });
  const byDay = new Map(days.data?.rows.map((day) => [day.day, day]));
  const today = todayIn(shop.timeZone);
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row">
        <Button
          size="small"
          icon={<LeftOutlined />}
          aria-label={t('completeness:previousMonth')}
          onClick={() => onMonth(addDays(first, -1))}
        />
        <strong style={{ minWidth: 110, textAlign: 'center' }}>{format.month(first)}</strong>
        <Button
          size="small"
          icon={<RightOutlined />}
          aria-label={t('completeness:nextMonth')}
          disabled={last >= today}
          onClick={() => onMonth(addDays(last, 1))}
        />
        <Legend />
      </div>
      {days.isError && <ProblemPanel error={days.error} onRetry={() => void days.refetch()} />}
      {days.isPending ? (
        <Skeleton active />
      ) : (
        <div className="calendar" data-testid="calendar" aria-busy={days.isPlaceholderData}>
          {Array.from({ length: 7 }, (_, index) => addDays(SOME_MONDAY, index)).map((day) => (
            <div key={day} className="calendar-weekday">
              {format.weekday(day)}
            </div>
          ))}
          {daysOfMonth(first, last).map((day, index) => (
            <CalendarDay
              key={day}
              day={day}
              column={index === 0 ? weekdayOf(day) + 1 : undefined}
              entry={byDay.get(day)}
              isToday={day === today}
              to={linkTo(day)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function daysOfMonth(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/** 0 for Monday. */
function weekdayOf(day: string): number {
  return (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7;
}

interface CalendarDayProps {
  day: string;
  column: number | undefined;
  /** Undefined: not part of what the shop has loaded, or still to come. */
  entry: CompletenessDay | undefined;
  isToday: boolean;
  to: To;
}

function CalendarDay({ day, column, entry, isToday, to }: CalendarDayProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const number = Number(day.slice(8));
  const style = column === undefined ? undefined : { gridColumnStart: column };
  if (entry === undefined) {
    return (
      <div className="calendar-day" data-state="none" style={style}>
        <span className="calendar-number">{number}</span>
        {isToday && <span className="soft small">{t('completeness:today')}</span>}
      </div>
    );
  }
  const count = entry.platformOrders;
  const state = t(`completeness:states:${entry.state}`);
  return (
    <Link
      to={to}
      className="calendar-day"
      style={style}
      data-testid="calendar-day"
      data-day={day}
      data-state={entry.state}
    >
      <span className="visually-hidden">{`${format.day(day)}: ${state}`}</span>
      <span className="calendar-number">{number}</span>
      <span className="calendar-count">
        {count === null || entry.ourOrders === null
          ? '—'
          : entry.difference === 0
            ? format.integer(count)
            : `${format.integer(entry.ourOrders)} / ${format.integer(count)}`}
      </span>
      {isToday && <span className="soft small">{t('completeness:today')}</span>}
    </Link>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <span className="row small soft" style={{ gap: '4px 14px' }}>
      {COMPLETENESS_STATES.map((state) => (
        <span key={state} className="row" style={{ gap: 6, flexWrap: 'nowrap' }}>
          <span className="calendar-swatch" data-state={state} aria-hidden="true" />
          {t(`completeness:states:${state}`)}
        </span>
      ))}
    </span>
  );
}
