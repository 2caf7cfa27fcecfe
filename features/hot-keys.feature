@local
Feature: Hot keys
  The proxy tells which keys, and which kinds of keys, are read most. It looks at a random sample of the reads, and at all of
  them while there are few.

  Background:
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for exactly the key "user:Batman"
    And Redis holds "Sidekick" for exactly the key "user:Robin"

  Scenario: The keys that are read most, over either port
    When "user:Batman" is read 30 times over RESP
    And "user:Batman" is read 30 times over HTTP
    And "user:Robin" is read 20 times over RESP
    Then "user:Batman" is the hottest key, with 60 reads and a share of 75 percent
    And the next hottest key is "user:Robin", with 20 reads and a share of 25 percent

  Scenario: Reads that find nothing count too
    When "nobody" is read 3 times over RESP
    Then "nobody" is the hottest key, with 3 reads and a share of 100 percent

  Scenario: Hits by the beginning of the keys
    When "user:Batman" is read 10 times over RESP
    And "page/none" is read 10 times over HTTP
    Then 90 percent of 10 reads of keys that begin "user:" were hits
    And 0 percent of 10 reads of keys that begin "page/" were hits

  Scenario: Many reads are sampled, and the estimate stays within its error
    When "user:Batman" is read 60000 times over RESP in pipelines, and "user:Robin" half as often
    Then "user:Batman" is the hottest key, with 60000 reads within the error that is told

  Scenario: What a key costs, asked as of Redis 8.6
    When "HOTKEYS START METRICS 2 CPU NET" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "user:Batman" is read 10 times over RESP
    And "HOTKEYS STOP" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    And the key with the most bytes is "user:Batman"
    When "HOTKEYS RESET" is sent over RESP
    Then the reply is exactly "+OK\r\n"

  Scenario: The time that a key costs is not measured
    When "HOTKEYS START METRICS 1 CPU" is sent over RESP
    Then the reply is an error that begins "ERR METRICS CPU: this proxy does not measure the time"

  Scenario: The memory of an entry
    When "MEMORY USAGE user:Batman" is sent over RESP
    Then the reply is exactly "$-1\r\n"
    When "user:Batman" is read 1 time over RESP
    And "MEMORY USAGE user:Batman" is sent over RESP
    Then the reply is between 20 and 300
