// The page's side of nhip.

/** What the tag puts on the page. */
export interface Nhip {
  /** With `data-consent="required"`: nothing is sent before `consent(true)`. */
  consent(given: boolean): void;
  /**
   * A single-page application shows another page: a new view, of the page group `name` or of the
   * address. While the page itself still loads, it only names it.
   */
  view(name?: string): void;
  /** A service (filing, payment) was started or ended. Call it when the page shows so. */
  step(service: string, result: 'start' | 'done' | 'error'): void;
}

export type Verdict = 'pass' | 'fail' | 'unknown';

export type Check =
  | 'viewport-meta'
  | 'content-width'
  | 'zoom'
  | 'text-size'
  | 'target-size'
  | 'layout-stability';

/** A report, version 1. Times in ms; a reading that the browser could not tell is absent. */
export interface Report {
  v: 1;
  portal: string;
  view: string;
  seq: number;
  kind: 'started' | 'final' | 'abandoned' | 'blocked';
  nav: 'navigate' | 'reload' | 'back-forward' | 'bfcache' | 'prerender' | 'soft';
  age: number;
  page: string;
  agency?: string;
  engine?: string;
  device?: 'phone' | 'tablet' | 'desktop';
  net?: 'slow-2g' | '2g' | '3g' | '4g';
  weight: number;
  automated?: boolean;
  /** Of a view that ended before it was measured: how far its document had come. */
  phase?: 'loading' | 'interactive' | 'complete';
  /** What was left out to spare data. */
  skipped?: ('audit' | 'badge')[];
  load?: {
    lcp?: number;
    fcp?: number;
    ttfb?: number;
    loaded?: number;
    phases?: {
      redirect?: number;
      dns?: number;
      connect?: number;
      tls?: number;
      wait?: number;
      download?: number;
    };
  };
  response?: { inp?: number; server_wait?: number };
  layout?: { cls?: number };
  viewport?: {
    width: number;
    height: number;
    checks: Partial<Record<Check, Verdict>>;
    culprits?: Partial<Record<Check, string[]>>;
  };
  errors?: {
    uncaught: number;
    rejected: number;
    /** Failed resources of the page's own origin, by status. */
    resources?: Record<string, number>;
    navigation?: number;
    mixed?: number;
  };
  steps?: { service: string; result: 'start' | 'done' | 'error'; ms?: number }[];
  /** Readings that could not be believed, and why. */
  dropped?: Record<string, 'negative' | 'too-long'>;
}

declare global {
  interface Window {
    nhip?: Nhip;
  }
  interface DocumentEventMap {
    /** Each report, as it is sent. */
    'nhip:report': CustomEvent<Report>;
  }
}
