Feature: How fresh an answer is
  Whoever asks over HTTP is told how old a value is, how long it may be kept and where it comes from, and can ask for more.

  Scenario: The first to ask, and the next
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested
    Then the header "Cache-Status" is "redis-proxy; fwd=uri-miss; stored"
    And nobody may keep the value for longer than its time
    When "GET /{Batman}" is requested
    Then the header "Cache-Status" begins "redis-proxy; hit; ttl="
    And nobody may keep the value for longer than its time
    And Redis has been read exactly 1 time

  Scenario: Who has the value is not sent it again
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    And "GET /{Batman}" is requested
    When "GET /{Batman}" is requested by who has that value
    Then the status is 304
    And the body is exactly ""
    And the header "Cache-Status" begins "redis-proxy; hit; ttl="
    And nobody may keep the value for longer than its time
    When "HEAD /{Batman}" is requested by who has that value
    Then the status is 304
    When "GET /query?key={Batman}" is requested by who has that value
    Then the status is 304

  Scenario: Who has another value is sent this one
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    And Redis holds "Sidekick" for "Robin"
    And "GET /{Batman}" is requested
    When "GET /{Robin}" is requested by who has that value
    Then the status is 200
    And the body is exactly "Sidekick"

  Scenario: Who wants one value and no other
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with 'If-Match: "0123456789abcdef"'
    Then the status is 412
    And the header "Cache-Control" is "no-store"
    When "GET /{Batman}" is requested with "If-Match: *"
    Then the status is 200

  Scenario Outline: Who wants what Redis holds now: <header>
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis holds "Retired" for "Batman"
    And "GET /{Batman}" is requested with "<header>"
    Then the body is exactly "Retired"
    And the header "Cache-Status" is "redis-proxy; fwd=bypass; stored"
    When "GET /{Batman}" is requested
    Then the body is exactly "Retired"
    And the header "Cache-Status" begins "redis-proxy; hit; ttl="

    Examples:
      | header                    |
      | Cache-Control: no-cache   |
      | Cache-Control: max-age=0  |
      | Pragma: no-cache          |

  Scenario: Who wants only what is in memory
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

  Scenario: Who wants nothing kept
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with "Cache-Control: no-store"
    And "GET /{Batman}" is requested with "Cache-Control: no-store"
    Then the status is 200
    And the header "Cache-Status" is "redis-proxy; fwd=uri-miss"
    And the header "Cache-Control" is "no-cache"
    And Redis has been read exactly 2 times

  Scenario: Errors are not to be kept
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
    When a request line of 100000 characters is sent
    Then the header "Cache-Control" is "no-store"

  Scenario: The start page says what an answer is worth
    Given a proxy in front of Redis
    When "GET /" is requested
    Then the body mentions "Coherence: "
    And the header "Cache-Control" is "no-cache"

  @local
  Scenario: An expired value is better than none
    Given a proxy with a Redis of its own that serves expired values while Redis is away
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
  Scenario: Who would rather have an expired value than none
    Given a proxy with a Redis of its own whose values expire soon
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
  Scenario: Nobody waits while an expired value is loaded anew
    Given a proxy that serves expired values while it loads them anew
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis holds "Retired" for "Batman"
    And "Batman" has expired
    And "GET /{Batman}" is requested
    Then the status is 200
    And the body is exactly "Superhero"
    And the header "Cache-Status" begins "redis-proxy; hit; ttl=-"
    And before long "Batman" is answered "Retired" over HTTP
