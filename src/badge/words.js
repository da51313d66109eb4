// Every string of the badge, in both languages.

export const VIETNAMESE = {
  view: 'Lượt xem này',
  load: 'Tải trang: ',
  /** `loadEventEnd`, where the browser has no LCP. */
  loaded: 'Tải xong: ',
  inp: 'Phản hồi: ',
  wait: 'Chờ máy chủ: ',
  untold: 'không đo được',
  where: 'đo trên trình duyệt của bạn',
  decimal: ',',
};

export const ENGLISH = {
  view: 'This view',
  load: 'Page load: ',
  loaded: 'Loaded: ',
  inp: 'Response: ',
  wait: 'Server wait: ',
  untold: 'not measurable',
  where: 'measured in your browser',
  decimal: '.',
};
