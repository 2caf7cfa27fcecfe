Feature: Freshness of HTTP answers
  Answers state how long a value may be kept and where it comes from. Requests can demand more.

  Scenario: A miss, then a hit
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested
    Then the header "Cache-Status" is "redis-proxy; fwd=uri-miss; stored"
    And the value may be kept for at most its TTL
    When "GET /{Batman}" is requested
    Then the header "Cache-Status" begins "redis-proxy; hit; ttl="
    And the value may be kept for at most its TTL
    And Redis has been read exactly 1 time

  @local
  Scenario: A value is kept for no longer than the rest of its life
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When "GET /{Batman}" is requested
    Then the value may be kept for as long as it stays fresh in the cache
    And the value may be kept for at most its TTL

  Scenario: A client that has the value gets status 304
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    And "GET /{Batman}" is requested
    When "GET /{Batman}" is requested with the entity tag of the last answer
    Then the status is 304
    And the body is exactly ""
    And the header "Cache-Status" begins "redis-proxy; hit; ttl="
    And the value may be kept for at most its TTL
    When "HEAD /{Batman}" is requested with the entity tag of the last answer
    Then the status is 304
    When "GET /query?key={Batman}" is requested with the entity tag of the last answer
    Then the status is 304

  Scenario: A client that has another value gets this one
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    And Redis holds "Sidekick" for "Robin"
    And "GET /{Batman}" is requested
    When "GET /{Robin}" is requested with the entity tag of the last answer
    Then the status is 200
    And the body is exactly "Sidekick"

  Scenario: A request for one particular value
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with 'If-Match: "0123456789abcdef"'
    Then the status is 412
    And the header "Cache-Control" is "no-store"
    When "GET /{Batman}" is requested with "If-Match: *"
    Then the status is 200

  Scenario Outline: A request for the value that Redis holds now: <header>
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis holds "Retired" for "Batman"
    And "GET /{Batman}" is requested with "<header>"
    Then the body is exactly "Retired"
    And the header "Cache-Status" is "redis-proxy; fwd=request; stored"
    When "GET /{Batman}" is requested
    Then the body is exactly "Retired"
    And the header "Cache-Status" begins "redis-proxy; hit; ttl="

    Examples:
      | header                    |
      | Cache-Control: no-cache   |
      | Cache-Control: max-age=0  |
      | Pragma: no-cache          |

  Scenario: A request for cached values only
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with "Cache-Control: only-if-cached"
    Then the status is 504
    And the header "Cache-Control" is "no-store"
    And Redis has been read exactly 0 times
    When "Batman" has been read
    And "GET /{Batman}" is requested with "Cache-Control: only-if-cached"
    Then the status is 200
    And the body is exactly "Superhero"

  Scenario: A request that excludes caching
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with "Cache-Control: no-store"
    And "GET /{Batman}" is requested with "Cache-Control: no-store"
    Then the status is 200
    And the header "Cache-Status" is "redis-proxy; fwd=uri-miss"
    And the header "Cache-Control" is "no-cache"
    And Redis has been read exactly 2 times

  Scenario: Errors must not be cached by clients
    Given a proxy in front of Redis
    And Redis holds a list for "Robin"
    When "GET /{Robin}" is requested
    Then the status is 409
    And the header "Cache-Control" is "no-store"
    And the header "Cache-Status" is "redis-proxy; fwd=uri-miss"
    When "GET /query?key=" is requested
    Then the header "Cache-Control" is "no-store"
    When "DELETE /{Robin}" is requested
    Then the header "Cache-Control" is "no-store"
    And the header "Cache-Status" is "redis-proxy; detail=no-lookup"
    When a request line of 100000 characters is sent
    Then the header "Cache-Control" is "no-store"
    And the header "Cache-Status" is "redis-proxy; detail=no-lookup"

  Scenario: The start page states the coherence
    Given a proxy in front of Redis
    When "GET /" is requested
    Then the body mentions "Coherence: "
    And the header "Cache-Control" is "no-cache"
    And the header "Cache-Status" is "redis-proxy; detail=no-lookup"

  @local
  Scenario: With stale-if-error, what is known of an expired value is told while Redis is down
    Given a proxy with a Redis of its own that serves expired values while Redis is down
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis stops
    And "Batman" has expired
    And "EXISTS {Batman}" is sent over RESP
    Then the reply is exactly ":1\r\n"
    When "STRLEN {Batman}" is sent over RESP
    Then the reply is exactly ":9\r\n"
    When "EXISTS {Batman} {Nobody}" is sent over RESP
    Then the reply is an error that begins "ERR Redis at"

  @local
  Scenario: With stale-if-error, an expired value is served while Redis is down
    Given a proxy with a Redis of its own that serves expired values while Redis is down
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis stops
    And "Batman" has expired
    And "GET /{Batman}" is requested
    Then the status is 200
    And the body is exactly "Superhero"
    And the header "Cache-Status" is "redis-proxy; fwd=stale; detail=stale-if-error"
    And the header "Cache-Control" is "max-age=0"
    When Redis starts
    And Redis holds "Retired" for "Batman"
    Then before long "Batman" is answered "Retired" over HTTP

  @local
  Scenario: A request that accepts an expired value while Redis is down
    Given a proxy with a Redis of its own and a short TTL
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis stops
    And "Batman" has expired
    And "GET /{Batman}" is requested
    Then the status is 503
    And the header "Cache-Control" is "no-store"
    And the header "Cache-Status" is "redis-proxy; fwd=uri-miss; detail=unavailable"
    When "GET /{Batman}" is requested with "Cache-Control: stale-if-error=600"
    Then the status is 200
    And the body is exactly "Superhero"
    When "GET /{Batman}" is requested with "Cache-Control: max-stale"
    Then the status is 200
    And the header "Cache-Status" begins "redis-proxy; hit; ttl=-"

  @local
  Scenario: With stale-while-revalidate, an expired value is served during its load
    Given a proxy that serves expired values while it loads new ones
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis holds "Retired" for "Batman"
    And "Batman" has expired
    And "GET /{Batman}" is requested
    Then the status is 200
    And the body is exactly "Superhero"
    And the header "Cache-Status" begins "redis-proxy; hit; ttl=-"
    And before long "Batman" is answered "Retired" over HTTP
