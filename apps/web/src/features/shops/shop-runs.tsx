import { useTranslation } from 'react-i18next';
import type { Shop, SyncRun } from '../../api/types';
import { SYNC_KINDS } from '../../api/vocabularies';
import { useFormat } from '../../ui/use-format';
import { RunProgress, RunStatus, RunTrouble } from '../sync/run-view';
import { isActive, isPlanned } from '../sync/runs';
import { useRuns } from '../sync/use-runs';

/** The newest run of each kind; `runs` are newest first. */
export function latestOfEachKind(runs: readonly SyncRun[]): SyncRun[] {
  return SYNC_KINDS.flatMap((kind) => runs.find((run) => run.kind === kind && !isPlanned(run)) ?? []);
}

/** What is being read of one shop now; when nothing is, when it was read last. */
export function ShopRuns({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { query, runs: allRuns, hasMore } = useRuns({});
  const seen = allRuns.filter((run) => run.shopId === shop.id);
  // The newest runs of all shops may leave this one out; then it is asked for alone.
  const own = useRuns({ shopId: shop.id }, query.isSuccess && seen.length === 0 && hasMore);
  const runs = seen.length > 0 ? seen : own.runs;
  const latest = latestOfEachKind(runs);
  const shown = latest.filter((run) => isActive(run) || run.status === 'failed');
  if (query.isPending || own.query.isFetching) return null;
  if (shown.length > 0) return <RunList runs={shown} />;
  const last = latest.map((run) => run.finishedAt).filter((at) => at !== null);
  const newest = last.sort().at(-1);
  return (
    <div className="soft small">
      {newest === undefined ? t('shops:noRuns') : t('shops:lastSync', { time: format.relative(newest) })}
    </div>
  );
}

export function RunList({ runs }: { runs: readonly SyncRun[] }) {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ gap: 12 }}>
      {runs.map((run) => (
        <div key={run.id} data-testid="shop-run" data-kind={run.kind} data-status={run.status}>
          <div className="row-between">
            <strong className="small">{t(`sync:kinds:${run.kind}`)}</strong>
            <RunStatus run={run} />
          </div>
          <RunProgress run={run} />
          <RunTrouble run={run} />
        </div>
      ))}
    </div>
  );
}
