@local
Feature: The environment of orchestrators
  Variables that were not meant for the proxy do not stop its start, and are not taken for something else.

  Scenario: The link of a Kubernetes Service
    When the proxy is started with "REDIS_PORT" in its environment set to "tcp://10.0.0.5:6379"
    Then it is ready
    And its log mentions "REDIS_PORT", "tcp://10.0.0.5:6379" and "Kubernetes"
    And its log mentions "Redis localhost:6379"

  Scenario: A variable that is passed on without a value
    When the proxy is started with "TTL" in its environment set to ""
    Then it is ready
