import * as Sentry from '@sentry/browser';

Sentry.init({
  dsn: 'https://key@localhost/1',
  integrations: [Sentry.browserTracingIntegration()],
  tracesSampleRate: 1,
});
