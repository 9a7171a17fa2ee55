import { Button, Result, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import { usePageTitle } from '../ui/use-page-title';

export function NotFound() {
  const { t } = useTranslation();
  usePageTitle(t('app:notFoundTitle'));
  return (
    <Result
      status="404"
      title={t('app:notFoundTitle')}
      subTitle={t('app:notFoundText')}
      extra={
        <Link to="/" className="ant-btn ant-btn-primary">
          {t('app:home')}
        </Link>
      }
    />
  );
}

/** After an update the chunks of the former version are gone; loading again fetches the new page. */
function isMissingChunk(error: unknown): boolean {
  return error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
}

/** What a page shows when its code throws or cannot be loaded. */
export function PageFailure() {
  const error = useRouteError();
  const { t } = useTranslation();
  const isMissing = isMissingChunk(error);
  return (
    <Result
      status={isMissing ? 'info' : 'error'}
      title={isMissing ? t('app:updateTitle') : t('app:crashTitle')}
      subTitle={isMissing ? t('app:updateText') : t('app:crashText')}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('app:reload')}
        </Button>
      }
    >
      {!isMissing && (
        <Typography.Text code>{error instanceof Error ? error.message : String(error)}</Typography.Text>
      )}
    </Result>
  );
}
