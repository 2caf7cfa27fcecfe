@local
Feature: Transactions, waiting and messages through the proxy
  Commands that belong together, that wait, or that bring messages have a connection to Redis for their client alone.

  Scenario: A transaction
    Given a proxy whose "--commands" is "all"
    And Redis holds "1" for "visits"
    When "visits" is read over RESP
    Then the answer is "1"
    When these are sent over RESP as one pipeline
      | MULTI         |
      | INCR {visits} |
      | GET {visits}  |
      | EXEC          |
      | GET {visits}  |
    Then the reply is exactly "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:2\r\n$1\r\n2\r\n$1\r\n2\r\n"
    When "visits" is read over HTTP
    Then the answer is "2"

  Scenario: A transaction whose keys are written by others
    Given a proxy whose "--commands" is "all"
    When "WATCH {visits}" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    Given Redis holds "7" for "visits"
    When these are sent over RESP as one pipeline
      | MULTI          |
      | SET {visits} 1 |
      | EXEC           |
    Then the reply is exactly "+OK\r\n+QUEUED\r\n*-1\r\n"
    And Redis has "7" for "visits"

  Scenario: A transaction in front of a Cluster
    Given a proxy in front of a Cluster that passes all commands on
    When these are sent over RESP as one pipeline
      | MULTI          |
      | ECHO first     |
      | SET {visits} 1 |
      | INCR {visits}  |
      | EXEC           |
      | GET {visits}   |
    Then the reply is exactly "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n$5\r\nfirst\r\n+OK\r\n:2\r\n$1\r\n2\r\n"

  Scenario: Waiting for an element
    Given a proxy whose "--commands" is "all"
    When these are sent over RESP as one pipeline
      | BLPOP {jobs} 0.05 |
      | RPUSH {jobs} one  |
      | BLPOP {jobs} 0    |
      | PING              |
    Then the reply is exactly "*-1\r\n:1\r\n"
    And the reply is no error

  Scenario: Another database
    Given a proxy whose "--commands" is "all"
    And Redis holds "1" for "visits"
    When these are sent over RESP as one pipeline
      | SELECT 1      |
      | SET {visits} 7 |
      | GET {visits}  |
      | SELECT 0      |
      | GET {visits}  |
    Then the reply is exactly "+OK\r\n+OK\r\n$1\r\n7\r\n+OK\r\n$1\r\n1\r\n"
    When "visits" is read over HTTP
    Then the answer is "1"

  Scenario: Watching what Redis executes
    Given a proxy whose "--commands" is "all"
    When these are sent over RESP as one pipeline
      | MONITOR |
      | RESET   |
    Then the reply is exactly "+OK\r\n+RESET\r\n"

  Scenario: Subscriptions
    Given a proxy whose "--commands" is "all"
    When these are sent over RESP as one pipeline
      | SUBSCRIBE news   |
      | UNSUBSCRIBE news |
      | PUBLISH news x   |
    Then the reply is exactly "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:0\r\n:0\r\n"
