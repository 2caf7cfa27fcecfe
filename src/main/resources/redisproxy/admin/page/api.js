// The API of the admin port. Changes carry a header that no other site can send.

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Error(body?.detail ?? `the proxy answered ${response.status}`);
  return body;
}

export async function read(path) {
  return answer(await fetch(`api/v1/${path}`, {cache: 'no-store'}));
}

export async function change(path, body) {
  return answer(await fetch(`api/v1/${path}`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-Redis-Proxy': 'change'},
    body: JSON.stringify(body),
  }));
}

/** Follows the stream; opens it anew when it is lost. Returns functions that close and open it, and that tell which events are known. */
export function follow(onState, onEvent, onLost) {
  let source = null;
  let timer = 0;
  let lastEvent = 0;
  let patience = 0;

  function watch() {
    clearTimeout(patience);
    // The proxy sends each second; a connection that was cut without a word says nothing at all.
    patience = setTimeout(lost, 6000);
  }

  function lost() {
    close();
    onLost();
    timer = setTimeout(open, 2000);
  }

  function open() {
    close();
    source = new EventSource(`api/v1/stream?after=${lastEvent}`);
    source.addEventListener('state', message => {
      watch();
      onState(JSON.parse(message.data));
    });
    source.addEventListener('event', message => {
      const event = JSON.parse(message.data);
      lastEvent = event.number;
      onEvent(event);
    });
    source.addEventListener('error', lost);
    watch();
  }

  function close() {
    clearTimeout(timer);
    clearTimeout(patience);
    source?.close();
    source = null;
  }

  return {open, close, seen: number => { lastEvent = Math.max(lastEvent, number); }, forget: () => { lastEvent = 0; }};
}
