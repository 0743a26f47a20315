// Stands on the page of payment inside 微信: opens its window with what the server signed. What came of it is asked of
// the server; what the window says only chooses a sentence.
'use strict';
{
  const place = () => document.getElementById('inside');
  const say = (what) => {
    const said = place()?.querySelector('[role=status]');
    if (said) said.textContent = place().dataset[what];
  };
  const open = () => {
    if (!place()) return;
    if (!window.WeixinJSBridge) return say('missing');
    say('opening');
    window.WeixinJSBridge.invoke('getBrandWCPayRequest', JSON.parse(place().dataset.call), (answer) => {
      const came = answer?.err_msg;
      if (came === 'get_brand_wcpay_request:ok') place()?.querySelector('form')?.submit();
      else say(came === 'get_brand_wcpay_request:cancel' ? 'cancelled' : 'failed');
    });
  };
  // By itself once for each order: whoever comes back to the page is not asked again.
  const first = () => {
    const call = place()?.dataset.call;
    if (!call || sessionStorage.getItem('wechat pay') === call) return;
    sessionStorage.setItem('wechat pay', call);
    open();
  };
  document.addEventListener('click', ({ target }) => target.closest?.('#inside button[type=button]') && open());
  if (window.WeixinJSBridge) first();
  else {
    document.addEventListener('WeixinJSBridgeReady', first, { once: true });
    setTimeout(() => window.WeixinJSBridge || say('missing'), 3000);
  }
}
