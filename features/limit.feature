Feature: The limit of requests and connections
  Exactly the requests and connections above the limit are refused, at once. Every place becomes free again.

  Background:
    Given a proxy in front of Redis

  Scenario: Exactly the excess is refused over HTTP
    Given Redis holds 7 keys more than the proxy admits at once
    And Redis pauses for 0.8 seconds
    When one HTTP request for each of them is sent at once
    Then exactly 7 are refused before Redis resumes
    And each of these has the status 503 and the header "Retry-After" with "1"
    And all others are answered with their values

  Scenario: Places are free again after answers of every kind
    Given Redis holds as many keys as the proxy admits at once
    And more requests than that have been answered in each possible way
    And Redis pauses for 0.5 seconds
    When one HTTP request for each of them is sent at once
    Then exactly 0 are refused before Redis resumes
    And all others are answered with their values

  Scenario: Places are free again after a refusal
    Given Redis holds 3 keys more than the proxy admits at once
    And Redis pauses for 0.5 seconds
    And one HTTP request for each of them is sent at once
    And exactly 3 are refused before Redis resumes
    And all others are answered with their values
    When Redis holds as many new keys as the proxy admits at once
    And Redis pauses for 0.5 seconds
    And one HTTP request for each of them is sent at once
    Then exactly 0 are refused before Redis resumes
    And all others are answered with their values

  Scenario: Places are free again after clients have disconnected
    Given Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.3 seconds
    And one HTTP request for each of them is sent at once
    When all clients disconnect
    Then before long as many requests as the proxy admits are served at once again

  Scenario: Idle connections take no place
    When 5 connections more than the proxy admits requests have made one HTTP request each and stay open
    Then each of them was answered
    And one more request is answered

  Scenario: Exactly the excess is refused over RESP
    Given as many RESP connections are open as the proxy admits
    When 5 more RESP connections are opened
    Then each of these gets "-ERR max number of clients reached\r\n" and is closed
    And every connection within the limit still gets answers

  Scenario: A closed RESP connection frees exactly one place
    Given as many RESP connections are open as the proxy admits
    When one of them is closed
    Then before long one more is admitted
    When 1 more RESP connection is opened
    Then each of these gets "-ERR max number of clients reached\r\n" and is closed
