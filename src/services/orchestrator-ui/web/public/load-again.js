// A script that does not arrive leaves the page empty: Chromium drops what it loads whenever a network comes or goes, as
// containers that start make them. So the page is loaded again, a few times, and says so when that did not help.
(() => {
  const key = 'load-again';
  const most = 5;
  const pauseMs = 500;
  let isWhole = true;
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement)) return;
      isWhole = false;
      const times = Number(sessionStorage.getItem(key) ?? 0);
      sessionStorage.setItem(key, String(times < most ? times + 1 : 0));
      if (times < most) setTimeout(() => location.reload(), pauseMs);
      else document.getElementById('root').textContent = 'The page did not load whole. Load it again.';
    },
    true,
  );
  addEventListener('load', () => {
    if (isWhole) sessionStorage.removeItem(key);
  });
})();
