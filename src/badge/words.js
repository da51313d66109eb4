// Every string of the badge, in both languages. The second comes with www/more/, for those who read it.

export const VIETNAMESE = {
  load: 'Tải trang: ',
  /** `loadEventEnd`, where the browser has no LCP. */
  loaded: 'Tải xong: ',
  inp: 'Phản hồi: ',
  wait: 'Chờ máy chủ: ',
  untold: 'không đo được',
  where: 'Lượt xem này · đo trên trình duyệt của bạn',
  menu: 'Tùy chọn đo',
  decimal: ',',
};

export const ENGLISH = {
  load: 'Page load: ',
  loaded: 'Loaded: ',
  inp: 'Response: ',
  wait: 'Server wait: ',
  untold: 'not measurable',
  where: 'This view · measured in your browser',
  menu: 'Measuring options',
  decimal: '.',
};
