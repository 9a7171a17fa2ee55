import { CheckCircleFilled } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { ask, gateway } from '../../api/client';
import { currentLanguage, problemText } from '../../i18n/start';
import { LanguageSwitch } from '../../ui/language-switch';
import { Logo } from '../../ui/logo';
import { ProblemPanel } from '../../ui/problem-panel';
import { usePageTitle } from '../../ui/use-page-title';
import { ownPath } from './own-path';
import { putMe, useMe } from './session';
import './sign-in.css';

export default function SignInPage() {
  const { t } = useTranslation();
  usePageTitle(t('signIn:title'));
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { data: me } = useMe();
  // Somebody who came back from the marketplace after the session had ended must begin anew.
  const connectError = params.get('connectError');
  const next = ownPath(params.get('next'), window.location.origin);

  const signIn = useMutation({
    mutationFn: (credentials: { email: string; password: string }) =>
      ask(gateway.POST('/api/v1/auth/sign-in', { body: { ...credentials, transport: 'cookie' } })),
    onSuccess: (signedIn) => {
      putMe(queryClient, signedIn.me);
      void navigate(next, { replace: true });
    },
  });

  if (me) return <Navigate to={next} replace />;

  return (
    <div className="sign-in">
      <section className="sign-in-side" aria-hidden="true">
        <Logo size={52} />
        <h2>{t('app:name')}</h2>
        <p>{t('app:tagline')}</p>
        <ul>
          {([t('signIn:point1'), t('signIn:point2'), t('signIn:point3')] as const).map((point) => (
            <li key={point}>
              <CheckCircleFilled /> {point}
            </li>
          ))}
        </ul>
      </section>
      <main className="sign-in-main">
        <div className="sign-in-language">
          <LanguageSwitch />
        </div>
        <div className="sign-in-box">
          <div className="sign-in-logo">
            <Logo size={40} />
          </div>
          <h1 className="page-title">{t('signIn:title')}</h1>
          {connectError !== null && !signIn.isError && (
            <Alert
              type="warning"
              showIcon
              title={t('shops:connectErrorTitle')}
              description={problemText(connectError, currentLanguage()) ?? connectError}
              style={{ marginTop: 16 }}
            />
          )}
          <Form
            layout="vertical"
            requiredMark={false}
            size="large"
            style={{ marginTop: 20 }}
            onFinish={(values: { email: string; password: string }) =>
              signIn.mutate({ email: values.email.trim(), password: values.password })
            }
          >
            {signIn.isError && (
              <div style={{ marginBottom: 16 }} data-testid="sign-in-error">
                <ProblemPanel error={signIn.error} />
              </div>
            )}
            <Form.Item
              name="email"
              label={t('signIn:email')}
              validateTrigger="onSubmit"
              rules={[
                { required: true, whitespace: true, message: t('common:required') },
                { pattern: /^\s*\S+@\S+\s*$/, message: t('signIn:emailInvalid') },
              ]}
            >
              <Input name="email" autoComplete="username" inputMode="email" autoFocus />
            </Form.Item>
            <Form.Item
              name="password"
              label={t('signIn:password')}
              validateTrigger="onSubmit"
              rules={[{ required: true, message: t('common:required') }]}
            >
              <Input.Password name="password" autoComplete="current-password" />
            </Form.Item>
            <Button
              block
              type="primary"
              htmlType="submit"
              loading={signIn.isPending}
              data-testid="sign-in-submit"
            >
              {t('signIn:submit')}
            </Button>
          </Form>
          <p className="soft small sign-in-hint">{t('signIn:firstStart')}</p>
          <p className="soft small">{t('signIn:forgotten')}</p>
        </div>
      </main>
    </div>
  );
}
