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
  /**
   * Opens the panel, and gives what it found. Rejects where the panel cannot be fetched. Where nothing is
   * measured (a silent view without a badge), open the page with `?nhip=check`; where nothing can be (a faulty tag, a
   * policy that blocks WebAssembly), the console says so and this stays open.
   */
  check(options?: { sizes?: boolean }): Promise<Findings>;
}

/** What a self-check found: "Download JSON" saves the same. Times in ms. */
export interface Findings {
  /** Of the widget. */
  version: string;
  portal?: string;
  page: string;
  nav: Report['nav'];
  /** ISO 8601. */
  at: string;
  viewport_size: { width: number; height: number };
  readings: Pick<Report, 'load' | 'response' | 'layout' | 'dropped'>;
  /** Absent where nothing was over a limit. Shares in percent: at least so much. */
  blame?: {
    verdict: 'network' | 'server' | 'page' | 'device' | 'mixed' | 'unknown';
    reading: 'lcp' | 'server_wait' | 'inp';
    share: number;
    confidence: number;
    shares: { network: number; server: number; page: number; device: number };
  };
  findings: {
    id: string;
    verdict: Verdict;
    /** A time in ms, CLS, or a count. */
    value?: number;
    /** Structural selectors. */
    culprits?: string[];
    /** Origins, names of cookies. */
    names?: string[];
    /** Whose rule it is. */
    rule: string;
  }[];
  lcp_parts?: { ttfb: number; delay?: number; fetch?: number; render?: number };
  inp_parts?: { input: number; processing: number; presentation: number };
  /** The slowest to the page's own origin. */
  requests: { path: string; ms: number }[];
  errors?: Report['errors'];
  tag: {
    endpoint?: string;
    answer: 'reachable' | 'unknown-portal' | 'unregistered' | 'unreachable';
    bytes: number;
    /** Directives of the content security policy that have blocked something of the widget. */
    blocked: string[];
  };
  /** Where they were asked for. */
  sizes?: {
    width: number;
    checks?: Partial<Record<Check, Verdict>>;
    culprits?: Partial<Record<Check, string[]>>;
    refused?: 'refused' | 'blocked' | 'timeout';
  }[];
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
  /** What the visitor answered, where the tag asks (`data-rating`). */
  rating?: {
    satisfied: boolean;
    cause?: 'portal' | 'procedure' | 'payment' | 'agencies' | 'network' | 'device' | 'other';
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
