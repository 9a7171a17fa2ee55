import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { currentLanguage, problemText } from '../../i18n/start';
import { useUrlFilters } from '../../ui/url-filters';
import { SHOPS_KEY, useShopName } from '../shop-list/use-shops';
import { isActive } from '../sync/runs';
import { useRuns } from '../sync/use-runs';
import { latestOfEachKind, RunList } from './shop-runs';

const URL_NAMES = ['connected', 'connectError', 'refused'] as const;

/** How the visit to the seller centre ended; the callback puts it into the address. */
export function ConnectOutcome({ onTryAgain }: { onTryAgain: () => void }) {
  const { t } = useTranslation();
  const { values, change, clear } = useUrlFilters(URL_NAMES);
  const code = values.connectError;
  const shopIds = values.connected?.split(',').filter((shopId) => shopId !== '') ?? [];
  return (
    <>
      {code !== undefined && (
        <Alert
          type="error"
          showIcon
          closable={{ onClose: clear }}
          data-testid="connect-error"
          title={t('shops:connectErrorTitle')}
          description={problemText(code, currentLanguage()) ?? code}
          action={
            <Button
              size="small"
              onClick={() => {
                change({ connectError: undefined });
                onTryAgain();
              }}
            >
              {t('shops:connectAgain')}
            </Button>
          }
        />
      )}
      {values.refused !== undefined && (
        <Alert
          type="warning"
          showIcon
          closable={{ onClose: () => change({ refused: undefined }) }}
          title={t('shops:refusedCount', { n: values.refused })}
          description={t('shops:refusedText')}
        />
      )}
      {shopIds.map((shopId) => (
        <ConnectedShop key={shopId} shopId={shopId} onClose={clear} />
      ))}
    </>
  );
}

function ConnectedShop({ shopId, onClose }: { shopId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const name = useShopName(shopId);
  const { runs } = useRuns({ shopId });
  const latest = latestOfEachKind(runs);
  const isReading = latest.length === 0 || latest.some(isActive);
  const isDone = latest.length > 0 && latest.every((run) => run.status === 'succeeded');
  const state = isReading ? 'connectedTitle' : isDone ? 'connectedDone' : 'connectedTrouble';

  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: SHOPS_KEY });
  }, [queryClient]);

  return (
    <Card
      data-testid="connected-shop"
      data-shop-id={shopId}
      style={{ borderColor: '#b7dfc0', background: '#f7fcf8' }}
      title={`${name}: ${t(`shops:${state}`)}`}
      extra={
        <Button type="text" size="small" onClick={onClose}>
          {t('common:close')}
        </Button>
      }
    >
      <div className="stack">
        {latest.length === 0 ? (
          <span className="soft">{t('shops:waitingForRuns')}</span>
        ) : (
          <RunList runs={latest} />
        )}
        <div className="row-between">
          <span className="soft small">{latest.some(isActive) && t('shops:connectedText')}</span>
          <Link to={`/orders?shop=${shopId}`}>{t('shops:connectedLink')}</Link>
        </div>
      </div>
    </Card>
  );
}
