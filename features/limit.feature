Feature: The limit
  Above the limit exactly the excess is refused, at once, and every place is given back.

  Background:
    Given a proxy in front of Redis

  Scenario: Exactly the excess is refused over HTTP
    Given Redis holds 7 keys more than the proxy admits at once
    And Redis pauses for 0.8 seconds
    When one HTTP request for each of them is sent at once
    Then exactly 7 are refused before Redis goes on
    And each of these has the status 503 and the header "Retry-After" with "1"
    And all others are answered with their values

  Scenario: Places are free again after answers of every kind
    Given Redis holds as many keys as the proxy admits at once
    And more requests than that have been answered in every way there is
    And Redis pauses for 0.5 seconds
    When one HTTP request for each of them is sent at once
    Then exactly 0 are refused before Redis goes on
    And all others are answered with their values

  Scenario: Places are free again after a refusal
    Given Redis holds 3 keys more than the proxy admits at once
    And Redis pauses for 0.5 seconds
    And one HTTP request for each of them is sent at once
    And exactly 3 are refused before Redis goes on
    And all others are answered with their values
    When Redis holds as many new keys as the proxy admits at once
    And Redis pauses for 0.5 seconds
    And one HTTP request for each of them is sent at once
    Then exactly 0 are refused before Redis goes on
    And all others are answered with their values

  Scenario: Places are free again after clients have hung up
    Given Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.3 seconds
    And one HTTP request for each of them is sent at once
    When all clients hang up
    Then before long as many requests as the proxy admits are served at once again

  Scenario: Idle connections take no place
    When 5 connections more than the proxy admits requests have made one HTTP request each and stay open
    Then each of them was answered
    And one more request is answered

  Scenario: Exactly the excess is refused over RESP
    Given as many RESP connections are open as the proxy admits
    When 5 more RESP connections are opened
    Then each of these is told "-ERR max number of clients reached\r\n" and closed
    And every connection within the limit still gets answers

  Scenario: A RESP connection that leaves makes room for exactly one
    Given as many RESP connections are open as the proxy admits
    When one of them is closed
    Then before long one more is admitted
    When 1 more RESP connection is opened
    Then each of these is told "-ERR max number of clients reached\r\n" and closed
