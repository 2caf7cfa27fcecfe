@local
Feature: Operators read the logs
  The log has one line for each change of state, as text or as JSON. Requests are logged if that is asked for. No line has what a
  request carries, except the keys that an operator wants to see.

  Scenario: Each line is one JSON object with the names of ECS
    Given a proxy that logs JSON, and a Redis of its own
    When Redis stops
    And "Batman" is read over HTTP
    Then before long the log has the event "redis-unreachable" as JSON
    And each line of the log is a JSON object with a time, a level and a message

  Scenario: An outage is told when it begins, and when it ends with what it has cost
    Given a proxy that logs text, and a Redis of its own
    When Redis stops
    And "Batman" is read over RESP until the answer mentions "Redis"
    Then before long the log has a line with "WARNING redisproxy.events: Redis at" and "is unreachable"
    When Redis starts
    And Redis holds "Superhero" for "Batman"
    Then before long "Batman" is answered "Superhero" over HTTP
    And before long the log has a line with "INFO redisproxy.events: Redis at" and "answers again, after"
    And that line tells how many requests have failed
    And the log has one line alone with "is unreachable"

  Scenario: Requests are logged on request, with a hash instead of the key
    Given a proxy with an access log, and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over HTTP
    And "PING" is sent over RESP
    And "Batman" is read over RESP
    Then before long the access log has 4 lines
    And line 1 of the access log has "HTTP/1.1\" 200 9 http miss"
    And line 3 of the access log has "\"ping RESP2\" OK 7 resp ok"
    And line 4 of the access log has "RESP2\" OK 15 resp hit"
    And lines 1 and 4 have the same hash of the key, and not the key

  Scenario: Keys are shown if an operator wants them
    Given a proxy with an access log that shows keys, and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over HTTP
    Then before long the access log has 1 line
    And line 1 of the access log has the key "Batman"

  Scenario: A log that is renamed is opened anew by SIGHUP
    Given a proxy with an access log, and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over HTTP
    And before long the access log has 1 line
    And the access log is renamed
    And the proxy is sent SIGHUP
    And before long the log has a line with "SIGHUP" and "access log"
    And "Batman" is read over HTTP
    Then before long the access log has 1 line
    And line 1 of the access log has "http hit"
