import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { isConnected, retryNow, watchConnection } from '../api/connection';

/** While the server cannot be reached: says so above the page, which stays as it was, and tries again on demand. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const isUp = useSyncExternalStore(watchConnection, isConnected);
  if (isUp) return null;
  return (
    <Alert
      banner
      type="warning"
      role="alert"
      className="connection-banner"
      data-testid="connection-lost"
      title={t('app:connectionLost')}
      action={
        <Button
          size="small"
          onClick={() => {
            retryNow();
            void queryClient.refetchQueries({ type: 'active' });
          }}
          data-testid="connection-retry"
        >
          {t('common:retry')}
        </Button>
      }
    />
  );
}
