import { Progress, Tag, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SyncRun, SyncStatus } from '../../api/types';
import { currentLanguage, problemText } from '../../i18n/start';
import { useInstantText } from '../../ui/instant';
import { saidText } from '../../ui/said-text';
import { TechnicalDetails } from '../../ui/technical-details';
import { useFormat } from '../../ui/use-format';
import { useShopZone } from '../shop-list/use-shops';
import { domainOf } from './kinds';
import { ageOf, isActive, isPlanned, percentDone } from './runs';

const STATUS_COLORS: Readonly<Record<SyncStatus, string>> = {
  queued: 'default',
  running: 'processing',
  waiting: 'warning',
  succeeded: 'success',
  failed: 'error',
  cancelled: 'default',
};

export function RunStatus({ run }: { run: SyncRun }) {
  const { t } = useTranslation();
  return (
    <Tag color={STATUS_COLORS[run.status]} style={{ marginInlineEnd: 0 }} data-testid="sync-status">
      {t(`sync:statusNames:${run.status}`)}
    </Tag>
  );
}

const BARS: Readonly<Record<SyncStatus, 'active' | 'success' | 'exception' | 'normal'>> = {
  queued: 'normal',
  running: 'active',
  waiting: 'normal',
  succeeded: 'success',
  failed: 'exception',
  cancelled: 'normal',
};

/** The bar, how much of how much, and what it costs. */
export function RunProgress({ run }: { run: SyncRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const percent = percentDone(run);
  const done = format.integer(run.done);
  const total = run.total === null ? null : format.integer(run.total);
  const facts = [
    total !== null
      ? t(run.kind === 'audit' ? 'sync:progressDays' : 'sync:progress', { done, total })
      : run.startedAt === null
        ? t('sync:progressNone')
        : t('sync:progressOpen', { done }),
    isActive(run) && run.recordsPerSecond !== null && run.recordsPerSecond > 0
      ? t('sync:speed', { value: format.decimal(run.recordsPerSecond) })
      : null,
    isActive(run) && run.remainingSeconds !== null && run.done !== run.total
      ? t('sync:remaining', { value: format.duration(run.remainingSeconds) })
      : null,
    t('sync:calls', { n: format.integer(run.apiCalls) }),
  ].filter((fact) => fact !== null);
  return (
    <div data-testid="sync-progress" data-done={run.done} data-total={run.total ?? ''}>
      <Progress
        percent={percent ?? 0}
        status={BARS[run.status]}
        size="small"
        showInfo={percent !== null}
        aria-label={t(`sync:kinds:${run.kind}`)}
      />
      <div className="soft small">{facts.join(' · ')}</div>
    </div>
  );
}

/**
 * As of when the shop is shown: the marketplace’s lists lag, so that the newest changes are read a little later.
 */
export function RunAsOf({ run }: { run: SyncRun }) {
  const { t } = useTranslation();
  const timeText = useInstantText();
  const zone = useShopZone(run.shopId);
  if (isPlanned(run) && run.resumesAt !== null)
    return (
      <div className="soft small" data-testid="sync-planned">
        {t('sync:beginsAt', { time: timeText(run.resumesAt, zone) })}
      </div>
    );
  const age = ageOf(run);
  if (age === undefined) return null;
  const asOf = timeText(age.asOf, zone);
  return (
    <div className="soft small" data-testid="sync-as-of" title={t('sync:asOfHint')}>
      {age.again === null
        ? t('sync:asOf', { time: asOf })
        : t('sync:asOfAgain', { time: asOf, again: timeText(age.again, zone) })}
    </div>
  );
}

/** What went wrong and what to do, or when a waiting run goes on. */
export function RunTrouble({ run }: { run: SyncRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(run.status === 'waiting');
  const zone = useShopZone(run.shopId);
  const domain = domainOf(run.kind);
  const language = currentLanguage();
  const told = run.error === null ? null : saidText(run.error, language, zone);
  const sentence = (run.errorCode && problemText(run.errorCode, language)) || told || run.errorCode;
  const resumes =
    run.status === 'waiting' && run.resumesAt !== null && Date.parse(run.resumesAt) > now
      ? t('sync:resumes', { time: format.relative(run.resumesAt, now) })
      : null;
  if (!sentence && !resumes && run.quarantined === 0) return null;
  return (
    <div className="small">
      {sentence && (
        <div style={{ color: run.status === 'failed' ? '#c92a2a' : '#a15c00' }} data-testid="sync-error">
          {sentence}
          {told && told !== sentence && <TechnicalDetails text={told} />}
          {run.status === 'failed' && (
            <div className="soft">
              {t('common:correlationId')}: <span className="mono">{run.correlationId}</span>
            </div>
          )}
        </div>
      )}
      {resumes && <div className="soft">{resumes}</div>}
      {run.quarantined > 0 && (
        <Tooltip title={t('sync:quarantinedHint')}>
          <Link to={`/quarantine?shop=${run.shopId}${domain === 'orders' ? '' : `&domain=${domain}`}`}>
            {t('sync:quarantined', { n: format.integer(run.quarantined) })}
          </Link>
        </Tooltip>
      )}
    </div>
  );
}

/** The present moment, moving every second while it is needed. */
export function useNow(isNeeded: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isNeeded) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return now;
}
