// What was slow, whose it was and what a visitor can do, in both languages.

const VIETNAMESE = {
  lcp: (seconds) => `Trang này mất ${seconds} giây để hiện ra.`,
  server_wait: (seconds) => `Máy chủ mất ${seconds} giây mới bắt đầu trả lời.`,
  inp: (seconds) => `Có lúc trang mất ${seconds} giây mới đáp lại thao tác của bạn.`,
  network: 'Phần lớn là do mạng của bạn đang chậm. Hãy thử Wi-Fi khác hoặc chỗ sóng mạnh hơn rồi tải lại trang.',
  server: 'Phần lớn là do máy chủ của cổng, không phải do mạng hay thiết bị của bạn. Nếu chưa gấp, hãy thử lại sau ít phút.',
  page: 'Phần lớn là do chính trang này nặng, không phải do mạng hay thiết bị của bạn. Bạn không cần đổi gì; cổng cần làm trang nhẹ hơn.',
  device: 'Phần lớn là do thiết bị của bạn đang xử lý chậm. Hãy thử đóng bớt ứng dụng và thẻ khác.',
  mixed: 'Nhiều nguyên nhân cộng lại, không riêng mạng, máy chủ, trang hay thiết bị. Hãy thử tải lại trang.',
  unknown: 'Trình duyệt này không cho biết đủ để nói đó là do cổng, do mạng hay do thiết bị. Nếu các trang khác vẫn nhanh, có lẽ là do cổng.',
  fast: 'Trang này nhanh: không số đo nào vượt ngưỡng của mức A.',
  part: 'Những gì trình duyệt này đo được đều nhanh; phần còn lại nó không đo được.',
  nothing: 'Trình duyệt này chưa đo được tốc độ của trang.',
  decimal: ',',
};

const ENGLISH = {
  lcp: (seconds) => `This page took ${seconds} s to appear.`,
  server_wait: (seconds) => `The server took ${seconds} s to begin its answer.`,
  inp: (seconds) => `At worst the page took ${seconds} s to react to you.`,
  network: 'Mostly your network is slow. Try another Wi-Fi or a place with better reception, then reload.',
  server: "Mostly it was the portal's server, neither your network nor your device. If it can wait, try again in a few minutes.",
  page: 'Mostly the page itself is heavy; it is neither your network nor your device. There is nothing for you to change: the portal has to make it lighter.',
  device: 'Mostly your device is busy. Try closing other apps and tabs.',
  mixed: 'Several causes together, not one of network, server, page or device alone. Try reloading.',
  unknown: 'This browser does not tell enough to say whether it was the portal, the network or the device. If other pages are fast, it is probably the portal.',
  fast: 'This page is fast: no reading is over a limit of grade A.',
  part: 'What this browser can measure was fast; the rest it cannot tell.',
  nothing: "This browser has not measured the page's speed yet.",
  decimal: '.',
};

/** `blame` is absent where nothing was over a limit. */
export function sentence(isVietnamese, { load, response }, blame) {
  const words = isVietnamese ? VIETNAMESE : ENGLISH;
  if (blame) {
    const ms = { ...load, ...response }[blame.reading];
    const seconds = (Math.floor(ms / 100) / 10).toFixed(1).replace('.', words.decimal);
    return words[blame.reading](seconds) + ' ' + words[blame.verdict];
  }
  const { lcp } = load;
  const { inp, server_wait: wait } = response;
  if (lcp == null && inp == null && wait == null) return words.nothing;
  return lcp == null || (inp == null && wait == null) ? words.part : words.fast;
}
