-- Random keys. All requests are made before the clock starts, so that each costs one look-up in a table.
-- Arguments: what stands before the key's number, what stands after it, how many keys.

local requests = {}
local count = 0
local random = math.random

function init(args)
  count = tonumber(args[3])
  for i = 1, count do
    requests[i] = wrk.format("GET", string.format("%s%012d%s", args[1], i - 1, args[2]))
  end
end

function request()
  return requests[random(count)]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("result requests=%d micros=%d errors=%d p50=%d p99=%d",
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
